using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>
/// What ids and names may measure that a group keeps. The records of <c>__consumer_offsets</c> and old versions of the answers
/// count the bytes of a string in 16 bits, while new requests may bring longer ones. Stateless.
/// </summary>
internal static class GroupTexts
{
    /// <summary>What a member id adds to the client or instance id it starts with: a dash and a UUID.</summary>
    private const int MemberIdSuffixBytes = 37;

    /// <summary>The longest text that is kept.</summary>
    internal const int BytesMax = short.MaxValue - MemberIdSuffixBytes;

    /// <summary>Whether a text can be kept.</summary>
    internal static bool Fits(Text text) => text.Utf8.Length <= BytesMax;

    /// <summary>Whether everything that a group would keep of a new member can be kept.</summary>
    internal static bool Fits(in JoinGroupRequest request, in GroupClient client)
    {
        foreach (ref var protocol in request.Protocols.Span)
        {
            if (!Fits(protocol.Name))
            {
                return false;
            }
        }

        return request.MemberId.Utf8.Length <= short.MaxValue
            && Fits(request.GroupInstanceId)
            && Fits(request.ProtocolType)
            && Fits(client.ClientId);
    }
}
