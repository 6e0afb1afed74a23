using System.Collections.Immutable;
using System.Text;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Server.Metrics;

namespace Deterministic.Server.Telemetry;

/// <summary>
/// One client that asks which metrics to push, and what it pushed. Owned by the shard that its id falls to; lives until it was not
/// heard of for <see cref="ExpiryMs"/>.
/// <para>States: asked (may push at once), pushed (may ask or push again after the interval), terminating (says nothing more).</para>
/// </summary>
internal sealed class TelemetryInstance(Uuid id, TelemetryClient client)
{
    /// <summary>How long an instance is remembered at least, as in Kafka.</summary>
    internal const long ExpiryMsMin = 60_000;

    /// <summary>After how many intervals of silence an instance is forgotten, as in Kafka.</summary>
    internal const int ExpiryIntervals = 3;

    /// <summary>Series of one instance; further ones are dropped.</summary>
    internal const int SeriesMax = 2_000;

    private readonly Dictionary<(string Name, string Labels), (MetricKind Kind, double Value)> _series = [];
    private long? _lastGetMs;
    private long? _lastPushMs;
    private bool _hasAsked;

    /// <summary>Its id.</summary>
    internal Uuid Id { get; } = id;

    /// <summary>Who it is.</summary>
    internal TelemetryClient Client { get; private set; } = client;

    /// <summary>How long it waits between pushes.</summary>
    internal int IntervalMs { get; private set; } = Subscription.DefaultIntervalMs;

    /// <summary>What it shall push; empty: nothing.</summary>
    internal ImmutableSortedSet<string> Metrics { get; private set; } = [];

    /// <summary>Names what it was told; a push must repeat it.</summary>
    internal int SubscriptionId { get; private set; }

    /// <summary>Whether it has said that it ends.</summary>
    internal bool IsTerminating { get; set; }

    /// <summary>How its last request was answered.</summary>
    internal ErrorCode LastError { get; set; }

    /// <summary>When it was last heard of, monotonic.</summary>
    internal long LastHeardMs { get; set; }

    /// <summary>The subscriptions it was matched with.</summary>
    internal IReadOnlyList<Subscription>? MatchedWith { get; private set; }

    /// <summary>How long it may be silent.</summary>
    internal long ExpiryMs => IsTerminating ? ExpiryMsMin : Math.Max(ExpiryMsMin, (long)IntervalMs * ExpiryIntervals);

    /// <summary>The labels that say whose a sample is.</summary>
    internal string Labels
    {
        get
        {
            var text = new StringBuilder();
            MetricLabels.Append(text, "client_id", Cut(Client.ClientId));
            MetricLabels.Append(text, "client_instance_id", Id.ToString());
            MetricLabels.Append(text, "client_software_name", Cut(Client.SoftwareName));
            MetricLabels.Append(text, "client_software_version", Cut(Client.SoftwareVersion));
            return text.ToString();
        }
    }

    /// <summary>Series that are kept of it.</summary>
    internal int SeriesCount => _series.Count;

    /// <summary>The subscriptions are others than it was matched with: it is asked anew.</summary>
    internal void Match(IReadOnlyList<Subscription> subscriptions, TelemetryClient client)
    {
        Client = client;
        MatchedWith = subscriptions;
        var (intervalMs, metrics) = Subscription.Of(subscriptions, Id, client);
        var crc = Crc32C.Compute(Encoding.UTF8.GetBytes($"[{string.Join(", ", metrics)}]{intervalMs}"));
        SubscriptionId = (int)crc ^ unchecked((int)((Id.High ^ Id.Low) >> 32) ^ (int)(Id.High ^ Id.Low));
        if (intervalMs != IntervalMs || !metrics.SetEquals(Metrics))
        {
            _lastGetMs = null;
            _lastPushMs = null;
        }

        IntervalMs = intervalMs;
        Metrics = metrics;
    }

    /// <summary>Whether it may ask now: the interval is over, or its last push was refused so that it must.</summary>
    internal bool TryGet(long nowMs)
    {
        var isDue = IsOver(_lastGetMs, nowMs) && IsOver(_lastPushMs, nowMs);
        if (!isDue && LastError is not (ErrorCode.UnknownSubscriptionId or ErrorCode.UnsupportedCompressionType))
        {
            return false;
        }

        _hasAsked = true;
        _lastGetMs = nowMs;
        return true;
    }

    /// <summary>Whether it may push now: the first time after it asked, then after each interval.</summary>
    internal bool TryPush(long nowMs)
    {
        if (!_hasAsked && !IsOver(_lastPushMs, nowMs))
        {
            return false;
        }

        _hasAsked = false;
        _lastPushMs = nowMs;
        return true;
    }

    /// <summary>Keeps what was pushed.</summary>
    internal void Keep(IReadOnlyList<PushedSample> samples)
    {
        foreach (var sample in samples)
        {
            var key = (sample.Name, sample.Labels);
            var isThere = _series.TryGetValue(key, out var before);
            if (isThere || _series.Count < SeriesMax)
            {
                _series[key] = (sample.Kind, sample.IsDelta ? before.Value + sample.Value : sample.Value);
            }
        }
    }

    /// <summary>Adds what it pushed to a scrape.</summary>
    internal void Write(MetricSet set)
    {
        foreach (var ((name, labels), (kind, value)) in _series)
        {
            set.Add(name, kind, labels, value);
        }
    }

    private bool IsOver(long? sinceMs, long nowMs) => sinceMs is not { } since || nowMs - since >= IntervalMs;

    private static string Cut(string text) => text.Length <= OtlpReader.TextMax ? text : text[..OtlpReader.TextMax];
}
