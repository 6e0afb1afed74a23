using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to GetTelemetrySubscriptions (key 71).</summary>
public struct GetTelemetrySubscriptionsResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Uuid ClientInstanceId;
    public int SubscriptionId;
    public Seq<sbyte> AcceptedCompressionTypes;
    public int PushIntervalMs;
    public int TelemetryMaxBytes;
    public bool DeltaTemporality;
    public Seq<Text> RequestedMetrics;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Int16(ref ErrorCode);
        wire.Uuid(ref ClientInstanceId);
        wire.Int32(ref SubscriptionId);
        wire.Array(ref AcceptedCompressionTypes);
        wire.Int32(ref PushIntervalMs);
        wire.Int32(ref TelemetryMaxBytes);
        wire.Bool(ref DeltaTemporality);
        wire.Array(ref RequestedMetrics);
        wire.Tags(ref this);
    }
}
