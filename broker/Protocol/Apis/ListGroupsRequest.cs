using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 16, ListGroups: List groups on a broker with state/type filters (v4/v5).</summary>
public struct ListGroupsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.ListGroups, First: 0, Last: 5, FlexibleSince: 3);

    public Seq<Text> StatesFilter;
    public Seq<Text> TypesFilter;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 4))
        {
            wire.Array(ref StatesFilter);
        }

        if (wire.Has(since: 5))
        {
            wire.Array(ref TypesFilter);
        }

        wire.Tags(ref this);
    }
}
