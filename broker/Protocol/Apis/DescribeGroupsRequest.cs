using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 15, DescribeGroups: Describe classic groups (state, members, assignments).</summary>
public struct DescribeGroupsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.DescribeGroups, First: 0, Last: 6, FlexibleSince: 5);

    public Seq<Text> Groups;
    public bool IncludeAuthorizedOperations;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Groups);

        if (wire.Has(since: 3))
        {
            wire.Bool(ref IncludeAuthorizedOperations);
        }

        wire.Tags(ref this);
    }
}
