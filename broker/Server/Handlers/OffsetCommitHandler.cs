using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Handlers;

/// <summary>OffsetCommit (8). Waits until the offsets are durable. Lives as long as its shard.</summary>
public sealed class OffsetCommitHandler(GroupCalls calls) : IRequestHandler<OffsetCommitRequest, OffsetCommitResponse>
{
    /// <inheritdoc/>
    public async ValueTask<OffsetCommitResponse> HandleAsync(OffsetCommitRequest request, RequestContext context) =>
        await calls.AskAsync(
            request.GroupId,
            request,
            context,
            OffsetCommits.Failed(request, ErrorCode.NotCoordinator),
            static (c, partition, r, client, answer) => c.CommitOffsets(partition, r, client, answer));
}
