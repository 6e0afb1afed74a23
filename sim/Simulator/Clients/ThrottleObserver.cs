using System.Globalization;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// What one connection shows of throttling: who has no quota never waits; a connection that was told to wait is not read
/// meanwhile; and what passes in a long time is not more than a quota allows. Owned by its connection.
/// </summary>
internal sealed class ThrottleObserver(ClientProcess process)
{
    /// <summary>How much clocks may differ, in parts per thousand, and how coarse they are.</summary>
    private const long DriftPerMille = 250;
    private const long CoarseMs = 5;

    /// <summary>Seconds of a quota that may pass at once: the windows, and what clocks add.</summary>
    private const double BurstSeconds = 12;

    /// <summary>How long what was fetched surely counts.</summary>
    private const long SurelyCountedMs = 8_000;

    private readonly long _openedMs = process.Shard.MonotonicMs;
    private long _toldMs = -1;
    private long _mutedUntilMs;
    private long _sinceMs = -1;
    private long _produced;
    private long _fetched;
    private long _fetchedMs = long.MinValue / 2;

    /// <summary>An answer to a request that was made at a moment; <paramref name="requestBytes"/>: of its frame.</summary>
    internal void OnAnswered<TResponse>(ref TResponse response, short version, long askedMs, int requestBytes)
        where TResponse : struct, IMessage
    {
        var nowMs = process.Shard.MonotonicMs;
        if (_toldMs >= 0 && askedMs >= _toldMs && nowMs < _mutedUntilMs)
        {
            throw new ViolationException(
                "throttled-is-not-read",
                string.Create(CultureInfo.InvariantCulture, $"{process.Plan.Name} was told to wait until {_mutedUntilMs}; what it asked at {askedMs} was answered at {nowMs}"));
        }

        var wire = new ThrottleTimeWire(version);
        response.Walk(ref wire);
        if (wire.ThrottleTimeMs > 0)
        {
            if (!process.Quotas.MayBeThrottled)
            {
                throw new ViolationException("unthrottled-without-quota", $"{process.Plan.Name} has no quota and is to wait for {wire.ThrottleTimeMs} ms");
            }

            _toldMs = nowMs;
            _mutedUntilMs = Math.Max(_mutedUntilMs, askedMs + (wire.ThrottleTimeMs * (1000 - DriftPerMille) / 1000) - CoarseMs);
        }

        Count(ref response, nowMs, askedMs, requestBytes, wire.ThrottleTimeMs);
    }

    private void Count<TResponse>(ref TResponse response, long nowMs, long askedMs, int requestBytes, int throttleMs)
        where TResponse : struct, IMessage
    {
        var sinceMs = Math.Max(_openedMs, process.Quotas.ChangedMs);
        if (sinceMs != _sinceMs)
        {
            _sinceMs = sinceMs;
            _produced = 0;
            _fetched = 0;
            _fetchedMs = long.MinValue / 2;
        }

        if (askedMs < sinceMs)
        {
            return;
        }

        if (typeof(TResponse) == typeof(ProduceResponse))
        {
            // The one that goes above a quota passes, and its client waits.
            Check("producer_byte_rate", _produced, nowMs);
            _produced += requestBytes;
        }
        else if (response is FetchResponse fetched)
        {
            var bytes = fetched.Responses.ToArray().Sum(topic => topic.Partitions.ToArray().Sum(data => (long)data.Records.SizeBytes));
            Check(OwnQuotas.ConsumerByteRate, bytes > 0 ? _fetched : 0, nowMs);
            CheckRefused(bytes, throttleMs, nowMs);
            _fetched += bytes;
            _fetchedMs = bytes > 0 ? nowMs : _fetchedMs;
        }
    }

    /// <summary>What is above a quota is not sent, unless nothing else was: one batch may be larger than all windows of its rate.</summary>
    private void CheckRefused(long bytes, int throttleMs, long nowMs)
    {
        if (bytes == 0 || throttleMs == 0 || process.Fleet.MayForget)
        {
            return;
        }

        if (!process.Quotas.MayLimitFetches
            || (process.Quotas.Known(OwnQuotas.ConsumerByteRate) is not null && nowMs - _fetchedMs < SurelyCountedMs))
        {
            throw new ViolationException(
                "refused-is-not-sent",
                string.Create(CultureInfo.InvariantCulture, $"{process.Plan.Name} is to wait for {throttleMs} ms, and is sent {bytes} bytes all the same"));
        }
    }

    private void Check(string key, long bytes, long nowMs)
    {
        if (!process.Fleet.MayForget && process.Quotas.Known(key) is { } bound && bytes > bound * (BurstSeconds + (((nowMs - _sinceMs) / 1000.0) * (1000 + DriftPerMille) / 1000)))
        {
            throw new ViolationException(
                "quota-is-kept",
                string.Create(CultureInfo.InvariantCulture, $"{process.Plan.Name}: {bytes} bytes on one connection in {nowMs - _sinceMs} ms; {key} is {bound}"));
        }
    }
}
