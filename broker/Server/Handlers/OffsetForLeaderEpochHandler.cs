using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>
/// OffsetForLeaderEpoch (23): where a leader epoch ends, for consumers that look for lost records (KIP-320). Owned by one
/// shard, lives as long.
/// </summary>
internal sealed class OffsetForLeaderEpochHandler(BrokerShard home)
    : IRequestHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>
{
    /// <inheritdoc/>
    public async ValueTask<OffsetForLeaderEpochResponse> HandleAsync(OffsetForLeaderEpochRequest request, RequestContext context)
    {
        var response = new OffsetForLeaderEpochResponse();
        var questions = new OffsetQuestions(home);
        Sort(request, ref response, questions);
        var topics = response.Topics;
        await questions.AskAsync(
            static (partition, question) =>
            {
                var (epoch, endOffset) = EndOf(partition, (int)question.Argument);
                return new OffsetAnswer(ErrorCode.None, -1, endOffset, epoch);
            },
            (question, answer) =>
            {
                ref var into = ref topics[question.TopicIndex].Partitions[question.PartitionIndex];
                into.ErrorCode = (short)answer.Error;
                into.EndOffset = answer.Offset;
                into.LeaderEpoch = answer.LeaderEpoch;
            });
        return response;
    }

    /// <summary>An epoch before the first ends where the log starts; the leader's own, also of an empty log, at its end.</summary>
    private static (int Epoch, long EndOffset) EndOf(Partition partition, int asked)
    {
        if (asked == partition.LeaderEpoch)
        {
            return (asked, partition.Log.LogEndOffset);
        }

        var found = partition.Log.EndOffsetForLeaderEpoch(asked);
        return found.LeaderEpoch < 0 && asked != -1 && asked < partition.LeaderEpoch ? (asked, partition.Log.LogStartOffset) : found;
    }

    private void Sort(in OffsetForLeaderEpochRequest request, ref OffsetForLeaderEpochResponse response, OffsetQuestions questions)
    {
        foreach (ref var topic in request.Topics)
        {
            var image = home.Image.FindTopic(topic.Topic);
            var answer = new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult { Topic = topic.Topic };
            foreach (ref var asked in topic.Partitions)
            {
                var error = image?.FindPartition(asked.Partition) is not { } partition ? ErrorCode.UnknownTopicOrPartition
                    : PartitionAvailability.IsElsewhere(partition, home.NodeId) ? ErrorCode.NotLeaderOrFollower
                    : ErrorCode.None;
                answer.Partitions.Add(new OffsetForLeaderEpochResponse.EpochEndOffset { Partition = asked.Partition, ErrorCode = (short)error });
                if (error == ErrorCode.None)
                {
                    questions.Add(new OffsetQuestion(
                        response.Topics.Count, answer.Partitions.Count - 1, new TopicIdPartition(image!.Id, asked.Partition), asked.CurrentLeaderEpoch, asked.LeaderEpoch));
                }
            }

            response.Topics.Add(answer);
        }
    }
}
