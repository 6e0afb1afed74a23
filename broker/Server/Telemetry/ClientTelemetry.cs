using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;
using Deterministic.Server.Metrics;

namespace Deterministic.Server.Telemetry;

/// <summary>
/// The clients whose instance ids fall to one shard: what they are asked for and what they pushed (KIP-714). Owned by that
/// shard, lives as long.
/// </summary>
public sealed class ClientTelemetry
{
    /// <summary>Instances that one shard remembers; then the one that was silent longest goes.</summary>
    public const int InstancesMax = 4_096;

    /// <summary>Bytes of a push when it is decompressed, at most.</summary>
    public const int DecompressedBytesMax = 16 * 1024 * 1024;

    /// <summary>In the order in which a client prefers them: zstd, lz4, gzip, snappy.</summary>
    private static readonly sbyte[] s_codecs = [4, 3, 1, 2];

    private readonly Dictionary<Uuid, TelemetryInstance> _instances = [];
    private readonly BrokerShard _shard;
    private readonly BatchCodecs _codecs;
    private MetadataImage? _image;
    private IReadOnlyList<Subscription> _subscriptions = [];

    internal ClientTelemetry(BrokerShard shard, BatchCodecs codecs)
    {
        _shard = shard;
        _codecs = codecs;
    }

    /// <summary>Instances that are remembered.</summary>
    public int InstanceCount => _instances.Count;

    /// <summary>Pushes that were taken.</summary>
    public long Pushes { get; private set; }

    /// <summary>Pushes that named another subscription than their client has.</summary>
    public long UnknownSubscriptions { get; private set; }

    /// <summary>Requests that came before their time.</summary>
    public long Throttled { get; private set; }

    /// <summary>Which shard remembers an instance.</summary>
    internal static int OwnerOf(Uuid instanceId, int shards) => (int)((instanceId.High ^ instanceId.Low) % (ulong)shards);

    /// <summary>Answers GetTelemetrySubscriptions.</summary>
    internal GetTelemetrySubscriptionsResponse Get(Uuid instanceId, TelemetryClient client)
    {
        var nowMs = _shard.Shard.MonotonicMs;
        var instance = Find(instanceId, client, nowMs);
        if (!instance.TryGet(nowMs))
        {
            Mark.Hit("telemetry.asked-too-early");
            Throttled++;
            return new GetTelemetrySubscriptionsResponse { ErrorCode = (short)ErrorCode.ThrottlingQuotaExceeded };
        }

        instance.LastError = ErrorCode.None;
        var response = new GetTelemetrySubscriptionsResponse
        {
            ClientInstanceId = instanceId,
            SubscriptionId = instance.SubscriptionId,
            PushIntervalMs = instance.IntervalMs,
            TelemetryMaxBytes = _shard.Config.TelemetryMaxBytes,
            DeltaTemporality = true,
        };
        foreach (var codec in s_codecs)
        {
            response.AcceptedCompressionTypes.Add(codec);
        }

        foreach (var metric in instance.Metrics)
        {
            response.RequestedMetrics.Add(metric);
        }

        return response;
    }

    /// <summary>Answers PushTelemetry; the bytes are read before this returns.</summary>
    internal ErrorCode Push(in PushTelemetryRequest request, TelemetryClient client)
    {
        if (request.ClientInstanceId.IsZero || request.ClientInstanceId == Uuid.MetadataTopicId)
        {
            Mark.Hit("telemetry.instance-id-reserved");
            return ErrorCode.InvalidRequest;
        }

        var nowMs = _shard.Shard.MonotonicMs;
        var instance = Find(request.ClientInstanceId, client, nowMs);
        var error = Check(request, instance, nowMs);
        instance.IsTerminating |= request.Terminating;
        if (error == ErrorCode.None)
        {
            error = Take(request, instance);
        }

        instance.LastError = error;
        return error;
    }

    /// <summary>Adds to a scrape: what is known of the clients, and what they pushed.</summary>
    internal void Write(MetricSet set)
    {
        Expire(_shard.Shard.MonotonicMs);
        set.Sensor("client-metrics", "instance-count", _instances.Count);
        set.Sensor("client-metrics", "unknown-subscription-request-count", UnknownSubscriptions);
        set.Sensor("client-metrics", "throttle-count", Throttled);
        set.Sensor("client-metrics", "plugin-export-count", Pushes);
        foreach (var (_, instance) in _instances)
        {
            instance.Write(set);
        }
    }

    private ErrorCode Check(in PushTelemetryRequest request, TelemetryInstance instance, long nowMs)
    {
        if (instance.IsTerminating)
        {
            Mark.Hit("telemetry.pushed-after-its-end");
            return ErrorCode.InvalidRequest;
        }

        if (!instance.TryPush(nowMs) && !request.Terminating)
        {
            Mark.Hit("telemetry.pushed-too-early");
            Throttled++;
            return ErrorCode.ThrottlingQuotaExceeded;
        }

        if (request.SubscriptionId != instance.SubscriptionId)
        {
            Mark.Hit("telemetry.subscription-unknown");
            UnknownSubscriptions++;
            return ErrorCode.UnknownSubscriptionId;
        }

        if (!BatchCodecs.IsKnown((CompressionCodec)request.CompressionType))
        {
            Mark.Hit("telemetry.codec-unknown");
            return ErrorCode.UnsupportedCompressionType;
        }

        if (request.Metrics.Bytes.Length > _shard.Config.TelemetryMaxBytes)
        {
            Mark.Hit("telemetry.too-large");
            return ErrorCode.TelemetryTooLarge;
        }

        return ErrorCode.None;
    }

    private ErrorCode Take(in PushTelemetryRequest request, TelemetryInstance instance)
    {
        if (request.Metrics.Bytes.IsEmpty)
        {
            return ErrorCode.None;
        }

        try
        {
            var bytes = _codecs.Decompress((CompressionCodec)request.CompressionType, request.Metrics.Bytes.Span);
            try
            {
                instance.Keep(new OtlpReader(instance.Labels).Read(bytes.Span));
            }
            finally
            {
                bytes.Release();
            }

            Pushes++;
            return ErrorCode.None;
        }
        catch (Exception e) when (e is InvalidRecordException or MalformedMessageException)
        {
            Mark.Hit("telemetry.bytes-malformed");
            ServerLog.TelemetryRefused(_shard.Log, instance.Id, e.Message);
            return ErrorCode.InvalidRecord;
        }
    }

    private TelemetryInstance Find(Uuid id, TelemetryClient client, long nowMs)
    {
        Kernel.Check.That(_shard.Shard.IsCurrent, $"telemetry of {id} came to another shard than {_shard.Shard.Id}");
        if (!ReferenceEquals(_image?.Configs, _shard.Image.Configs))
        {
            _image = _shard.Image;
            _subscriptions = Subscription.AllOf(_image);
        }

        if (!_instances.TryGetValue(id, out var instance))
        {
            Expire(nowMs);
            MakeRoom();
            instance = new TelemetryInstance(id, client);
            _instances.Add(id, instance);
        }

        instance.LastHeardMs = nowMs;
        if (!ReferenceEquals(instance.MatchedWith, _subscriptions))
        {
            instance.Match(_subscriptions, client);
        }

        return instance;
    }

    private void Expire(long nowMs)
    {
        List<Uuid>? gone = null;
        foreach (var (id, instance) in _instances)
        {
            if (nowMs - instance.LastHeardMs > instance.ExpiryMs)
            {
                (gone ??= []).Add(id);
            }
        }

        foreach (var id in gone ?? [])
        {
            Mark.Hit("telemetry.instance-expired");
            _instances.Remove(id);
        }
    }

    private void MakeRoom()
    {
        if (_instances.Count < InstancesMax)
        {
            return;
        }

        Mark.Hit("telemetry.instance-evicted");
        TelemetryInstance? oldest = null;
        foreach (var (_, instance) in _instances)
        {
            oldest = oldest is null || instance.LastHeardMs < oldest.LastHeardMs ? instance : oldest;
        }

        _instances.Remove(oldest!.Id);
    }
}
