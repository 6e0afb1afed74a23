using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Handlers;

/// <summary>OffsetCommit (8). Waits until the offsets are durable. Lives as long as its shard.</summary>
public sealed class OffsetCommitHandler(GroupCalls calls) : IRequestHandler<OffsetCommitRequest, OffsetCommitResponse>
{
    /// <inheritdoc/>
    public async ValueTask<OffsetCommitResponse> HandleAsync(OffsetCommitRequest request, RequestContext context)
    {
        var asked = calls.AskAsync<OffsetCommitRequest, OffsetCommitResponse>(
            request.GroupId, request, context, static (c, partition, r, client, answer) => c.CommitOffsets(partition, r, client, answer));
        return asked is not null ? await asked : OffsetCommits.Failed(request, ErrorCode.NotCoordinator);
    }
}
