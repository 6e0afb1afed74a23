using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Groups.Consumers;
using Deterministic.Server.Metadata;
using DescribedGroup = Deterministic.Protocol.Apis.ConsumerGroupDescribeResponse.DescribedGroup;

namespace Deterministic.Server.Handlers;

/// <summary>ConsumerGroupDescribe (69). Lives as long as its shard.</summary>
public sealed class ConsumerGroupDescribeHandler(GroupCalls calls, MetadataCache metadata)
    : IRequestHandler<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse>
{
    /// <inheritdoc/>
    public async ValueTask<ConsumerGroupDescribeResponse> HandleAsync(ConsumerGroupDescribeRequest request, RequestContext context)
    {
        var isServed = metadata.Image.FeatureLevel(FeatureNames.GroupVersion) >= 1;
        var asked = new List<Task<DescribedGroup>>();
        var groups = new HashSet<Text>();
        foreach (ref var group in request.GroupIds.Span)
        {
            // Named twice, answered once: a small request must not become an answer of gigabytes.
            if (groups.Add(group))
            {
                asked.Add(isServed
                    ? DescribeAsync(group, context)
                    : Task.FromResult(ConsumerDescriptions.Failed(group, ErrorCode.UnsupportedVersion, Text.Null)));
            }
        }

        var response = new ConsumerGroupDescribeResponse();
        foreach (var task in asked)
        {
            var group = await task;
            if (request.IncludeAuthorizedOperations && group.ErrorCode == (short)ErrorCode.None)
            {
                group.AuthorizedOperations = AuthorizedOperations.Group;
            }

            response.Groups.Add(group);
        }

        return response;
    }

    private Task<DescribedGroup> DescribeAsync(Text groupId, RequestContext context) =>
        calls.AskAsync(
            groupId,
            groupId,
            context,
            ConsumerDescriptions.Failed(groupId, ErrorCode.NotCoordinator, Text.Null),
            static (c, partition, id, _, answer) => answer(c.DescribeConsumerGroup(partition, id)));
}
