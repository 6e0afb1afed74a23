using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 71, GetTelemetrySubscriptions: which of its metrics a client shall push (KIP-714).</summary>
public struct GetTelemetrySubscriptionsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.GetTelemetrySubscriptions, First: 0, Last: 0, FlexibleSince: 0);

    public Uuid ClientInstanceId;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Uuid(ref ClientInstanceId);
        wire.Tags(ref this);
    }
}
