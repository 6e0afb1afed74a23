using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 10, FindCoordinator: Locate coordinator broker for group(0)/transaction(1)/share(2) keys; batched keys v4+.</summary>
public struct FindCoordinatorRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.FindCoordinator, First: 0, Last: 6, FlexibleSince: 3);

    public Text Key;
    public sbyte KeyType;
    public Seq<Text> CoordinatorKeys;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 0, until: 3))
        {
            wire.String(ref Key);
        }

        if (wire.Has(since: 1))
        {
            wire.Int8(ref KeyType);
        }

        if (wire.Has(since: 4))
        {
            wire.Array(ref CoordinatorKeys);
        }

        wire.Tags(ref this);
    }
}
