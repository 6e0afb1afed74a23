using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 64, UnregisterBroker: forget a broker.</summary>
public struct UnregisterBrokerRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.UnregisterBroker, First: 0, Last: 0, FlexibleSince: 0);

    public int BrokerId;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref BrokerId);
        wire.Tags(ref this);
    }
}
