using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Groups.Consumers;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Handlers;

/// <summary>ConsumerGroupHeartbeat (68). Waits until what it changes is durable. Lives as long as its shard.</summary>
public sealed class ConsumerGroupHeartbeatHandler(GroupCalls calls, MetadataCache metadata)
    : IRequestHandler<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse>
{
    /// <inheritdoc/>
    public async ValueTask<ConsumerGroupHeartbeatResponse> HandleAsync(ConsumerGroupHeartbeatRequest request, RequestContext context) =>
        metadata.Image.FeatureLevel(FeatureNames.GroupVersion) < 1
            ? ConsumerAnswers.Refused(ErrorCode.UnsupportedVersion)
            : await calls.AskAsync(
                request.GroupId,
                request,
                context,
                ConsumerAnswers.Refused(ErrorCode.NotCoordinator),
                static (c, partition, r, client, answer) => c.ConsumerHeartbeat(partition, r, client, answer));
}
