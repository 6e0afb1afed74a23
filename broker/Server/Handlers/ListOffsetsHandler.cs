using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>
/// ListOffsets (2): offsets by timestamp, or by one of the negative numbers that stand for a place in the log. None found is
/// offset -1 without an error. Owned by one shard, lives as long.
/// </summary>
internal sealed class ListOffsetsHandler(BrokerShard home) : IRequestHandler<ListOffsetsRequest, ListOffsetsResponse>
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long MaxTimestamp = -3;
    private const long EarliestLocal = -4;
    private const long LatestTiered = -5;
    private const long EarliestPendingUpload = -6;

    /// <inheritdoc/>
    public async ValueTask<ListOffsetsResponse> HandleAsync(ListOffsetsRequest request, RequestContext context)
    {
        if (request.IsolationLevel is not (0 or 1))
        {
            return ErrorResponses.OfListOffsets(request, ErrorCode.UnknownServerError);
        }

        var response = new ListOffsetsResponse();
        var questions = new OffsetQuestions(home);
        Sort(request, context.Version, ref response, questions);
        var isReadCommitted = request.IsolationLevel == 1;
        var topics = response.Topics;
        await questions.AskAsync(
            (partition, question) => Answer(partition, question.Argument, isReadCommitted),
            (question, answer) =>
            {
                ref var into = ref topics[question.TopicIndex].Partitions[question.PartitionIndex];
                into.ErrorCode = (short)answer.Error;
                into.Timestamp = answer.Timestamp;
                into.Offset = answer.Offset;
                into.LeaderEpoch = answer.LeaderEpoch;
            });
        return response;
    }

    private void Sort(in ListOffsetsRequest request, short version, ref ListOffsetsResponse response, OffsetQuestions questions)
    {
        var counts = new Dictionary<(Text Topic, int Partition), int>();
        foreach (ref var topic in request.Topics)
        {
            foreach (ref var partition in topic.Partitions)
            {
                var key = (topic.Name, partition.PartitionIndex);
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        foreach (ref var topic in request.Topics)
        {
            if (topic.Partitions.Count == 0)
            {
                continue;
            }

            var image = home.Image.FindTopic(topic.Name);
            var answer = new ListOffsetsResponse.ListOffsetsTopicResponse { Name = topic.Name };
            foreach (ref var asked in topic.Partitions)
            {
                if (counts[(topic.Name, asked.PartitionIndex)] > 1 && !IsFirst(answer, asked.PartitionIndex))
                {
                    continue;
                }

                var error = counts[(topic.Name, asked.PartitionIndex)] > 1 ? ErrorCode.InvalidRequest
                    : !IsKnown(asked.Timestamp, version) ? ErrorCode.UnsupportedVersion
                    : image?.FindPartition(asked.PartitionIndex) is not { } partition ? ErrorCode.UnknownTopicOrPartition
                    : PartitionAvailability.IsElsewhere(partition, home.NodeId) ? ErrorCode.NotLeaderOrFollower
                    : ErrorCode.None;
                answer.Partitions.Add(new ListOffsetsResponse.ListOffsetsPartitionResponse
                {
                    PartitionIndex = asked.PartitionIndex,
                    ErrorCode = (short)error,
                });
                if (error == ErrorCode.None)
                {
                    questions.Add(new OffsetQuestion(
                        response.Topics.Count, answer.Partitions.Count - 1, new TopicIdPartition(image!.Id, asked.PartitionIndex), asked.CurrentLeaderEpoch, asked.Timestamp));
                }
            }

            response.Topics.Add(answer);
        }
    }

    private static bool IsFirst(in ListOffsetsResponse.ListOffsetsTopicResponse answer, int partition)
    {
        foreach (ref var given in answer.Partitions)
        {
            if (given.PartitionIndex == partition)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Which negative timestamps a version knows.</summary>
    private static bool IsKnown(long timestamp, short version) => timestamp switch
    {
        >= Earliest => true,
        MaxTimestamp => version >= 7,
        EarliestLocal => version >= 8,
        LatestTiered => version >= 9,
        EarliestPendingUpload => version >= 11,
        _ => false,
    };

    /// <summary>An empty log starts in the epoch of its leader.</summary>
    private static int EpochOfStart(Partition partition) =>
        partition.Log.LeaderEpochAt(partition.Log.LogStartOffset) < 0 && partition.Log.LogStartOffset == partition.Log.LogEndOffset
            ? partition.LeaderEpoch
            : partition.Log.LeaderEpochAt(partition.Log.LogStartOffset);

    private static OffsetAnswer Answer(Partition partition, long timestamp, bool isReadCommitted)
    {
        var log = partition.Log;
        var end = partition.VisibleEnd(isReadCommitted);
        return timestamp switch
        {
            Latest => new OffsetAnswer(ErrorCode.None, -1, end, partition.LeaderEpoch),
            Earliest or EarliestLocal => new OffsetAnswer(ErrorCode.None, -1, log.LogStartOffset, EpochOfStart(partition)),

            // Nothing is tiered here.
            LatestTiered or EarliestPendingUpload => new OffsetAnswer(ErrorCode.None, -1, -1, -1),
            _ => (timestamp == MaxTimestamp ? log.FindMaxTimestamp(end) : log.FindOffsetByTimestamp(timestamp, end)) is { } found
                ? new OffsetAnswer(ErrorCode.None, found.Timestamp, found.Offset, found.LeaderEpoch)
                : new OffsetAnswer(ErrorCode.None, -1, -1, -1),
        };
    }
}
