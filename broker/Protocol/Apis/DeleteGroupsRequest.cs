using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 42, DeleteGroups: Delete empty groups and their offsets.</summary>
public struct DeleteGroupsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.DeleteGroups, First: 0, Last: 2, FlexibleSince: 2);

    public Seq<Text> GroupsNames;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref GroupsNames);
        wire.Tags(ref this);
    }
}
