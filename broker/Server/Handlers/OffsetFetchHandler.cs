using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using RequestGroup = Deterministic.Protocol.Apis.OffsetFetchRequest.OffsetFetchRequestGroup;
using ResponseGroup = Deterministic.Protocol.Apis.OffsetFetchResponse.OffsetFetchResponseGroup;

namespace Deterministic.Server.Handlers;

/// <summary>OffsetFetch (9): one group before version 8, several since. Lives as long as its shard.</summary>
public sealed class OffsetFetchHandler(GroupCalls calls) : IRequestHandler<OffsetFetchRequest, OffsetFetchResponse>
{
    private const short GroupsSince = 8;

    /// <summary>Before this version an error of the group can only be told partition by partition.</summary>
    private const short GroupErrorSince = 2;

    /// <inheritdoc/>
    public async ValueTask<OffsetFetchResponse> HandleAsync(OffsetFetchRequest request, RequestContext context)
    {
        if (context.Version < GroupsSince)
        {
            var single = SingleOf(request);
            return ResponseOf(single, await FetchAsync(single, request.RequireStable, context), context.Version);
        }

        // All groups are asked before the first answer is awaited.
        var asked = new Task<ResponseGroup>[request.Groups.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = FetchAsync(request.Groups[i], request.RequireStable, context);
        }

        var response = new OffsetFetchResponse();
        foreach (var task in asked)
        {
            response.Groups.Add(await task);
        }

        return response;
    }

    private Task<ResponseGroup> FetchAsync(RequestGroup group, bool requireStable, RequestContext context) =>
        calls.AskAsync(
            group.GroupId,
            (Group: group, RequireStable: requireStable),
            context,
            new ResponseGroup { GroupId = group.GroupId, ErrorCode = (short)ErrorCode.NotCoordinator },
            static (c, partition, r, client, answer) => answer(c.FetchOffsets(partition, r.Group, r.RequireStable, client.Version)));

    private static RequestGroup SingleOf(in OffsetFetchRequest request)
    {
        var group = new RequestGroup { GroupId = request.GroupId };
        if (request.Topics.IsNull)
        {
            group.Topics = Seq<OffsetFetchRequest.OffsetFetchRequestTopics>.Null;
            return group;
        }

        foreach (var topic in request.Topics)
        {
            group.Topics.Add(new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic.Name, PartitionIndexes = topic.PartitionIndexes });
        }

        return group;
    }

    private static OffsetFetchResponse ResponseOf(in RequestGroup request, in ResponseGroup group, short version)
    {
        if (group.ErrorCode != (short)ErrorCode.None && version < GroupErrorSince)
        {
            return ErrorsOf(request, group.ErrorCode);
        }

        var response = new OffsetFetchResponse { ErrorCode = group.ErrorCode };
        foreach (var topic in group.Topics)
        {
            var answer = new OffsetFetchResponse.OffsetFetchResponseTopic { Name = topic.Name };
            foreach (var partition in topic.Partitions)
            {
                answer.Partitions.Add(new OffsetFetchResponse.OffsetFetchResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    CommittedOffset = partition.CommittedOffset,
                    CommittedLeaderEpoch = partition.CommittedLeaderEpoch,
                    Metadata = partition.Metadata,
                    ErrorCode = partition.ErrorCode,
                });
            }

            response.Topics.Add(answer);
        }

        return response;
    }

    private static OffsetFetchResponse ErrorsOf(in RequestGroup request, short error)
    {
        var response = new OffsetFetchResponse();
        foreach (var topic in request.Topics)
        {
            var answer = new OffsetFetchResponse.OffsetFetchResponseTopic { Name = topic.Name };
            foreach (var index in topic.PartitionIndexes)
            {
                answer.Partitions.Add(new OffsetFetchResponse.OffsetFetchResponsePartition
                {
                    PartitionIndex = index,
                    CommittedOffset = -1,
                    ErrorCode = error,
                });
            }

            response.Topics.Add(answer);
        }

        return response;
    }
}
