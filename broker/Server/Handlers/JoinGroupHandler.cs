using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Handlers;

/// <summary>JoinGroup (11). Waits until the rebalance completes. Lives as long as its shard.</summary>
public sealed class JoinGroupHandler(GroupCalls calls) : IRequestHandler<JoinGroupRequest, JoinGroupResponse>
{
    /// <summary>Before this version the name of the protocol is never null.</summary>
    private const short NullableProtocolSince = 7;

    /// <inheritdoc/>
    public async ValueTask<JoinGroupResponse> HandleAsync(JoinGroupRequest request, RequestContext context)
    {
        var response = await calls.AskAsync(
            request.GroupId,
            request,
            context,
            GroupAnswers.JoinFailed(request.MemberId, ErrorCode.NotCoordinator),
            static (c, partition, r, client, answer) => c.JoinGroup(partition, r, client, answer));
        if (response.ProtocolName.IsNull && context.Version < NullableProtocolSince)
        {
            response.ProtocolName = Text.Empty;
        }

        return response;
    }
}
