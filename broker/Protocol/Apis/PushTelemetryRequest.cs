using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 72, PushTelemetry: metrics of a client, as OTLP has them (KIP-714).</summary>
public struct PushTelemetryRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.PushTelemetry, First: 0, Last: 0, FlexibleSince: 0);

    public Uuid ClientInstanceId;
    public int SubscriptionId;
    public bool Terminating;
    public sbyte CompressionType;
    public Blob Metrics;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Uuid(ref ClientInstanceId);
        wire.Int32(ref SubscriptionId);
        wire.Bool(ref Terminating);
        wire.Int8(ref CompressionType);
        wire.Bytes(ref Metrics);
        wire.Tags(ref this);
    }
}
