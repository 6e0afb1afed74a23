using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 74, ListConfigResources: names of the resources that have a configuration.</summary>
public struct ListConfigResourcesRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.ListConfigResources, First: 0, Last: 1, FlexibleSince: 0);

    public Seq<sbyte> ResourceTypes;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 1))
        {
            wire.Array(ref ResourceTypes);
        }

        wire.Tags(ref this);
    }
}
