using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>A protocol that a member offers: an assignor's name and metadata that only the group's leader reads.</summary>
public readonly record struct GroupProtocol(Text Name, Blob Metadata)
{
    /// <summary>What a join offers, copied out of its request.</summary>
    public static IReadOnlyList<GroupProtocol> CopyOf(Seq<JoinGroupRequest.JoinGroupRequestProtocol> protocols)
    {
        var copy = new GroupProtocol[protocols.Count];
        for (var i = 0; i < copy.Length; i++)
        {
            copy[i] = new GroupProtocol(protocols[i].Name.Copy(), protocols[i].Metadata.Copy());
        }

        return copy;
    }
}
