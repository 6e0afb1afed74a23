using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>
/// DeleteRecords (21): log starts move up, and the answer says so once that survives a crash. Owned by one shard, lives as long.
/// </summary>
internal sealed class DeleteRecordsHandler(BrokerShard home) : IRequestHandler<DeleteRecordsRequest, DeleteRecordsResponse>
{
    /// <inheritdoc/>
    public async ValueTask<DeleteRecordsResponse> HandleAsync(DeleteRecordsRequest request, RequestContext context)
    {
        var response = new DeleteRecordsResponse();
        var questions = new OffsetQuestions(home);
        Sort(request, ref response, questions);
        var topics = response.Topics;
        var hasMoved = false;
        await questions.AskAsync(
            static (partition, question) =>
            {
                var (error, lowWatermark) = partition.DeleteRecordsBefore(question.Argument);
                return new OffsetAnswer(error, -1, lowWatermark, -1);
            },
            (question, answer) =>
            {
                ref var into = ref topics[question.TopicIndex].Partitions[question.PartitionIndex];
                into.ErrorCode = (short)answer.Error;
                into.LowWatermark = answer.Error == ErrorCode.None ? answer.Offset : -1;
                hasMoved |= answer.Error == ErrorCode.None;
            });
        if (hasMoved && !await home.WriteCheckpoints!())
        {
            Mark.Hit("delete-records.not-durable");
            RefuseDone(response);
        }

        return response;
    }

    /// <summary>The records are gone for now, and a crash may bring them back: the client asks again.</summary>
    private static void RefuseDone(in DeleteRecordsResponse response)
    {
        foreach (ref var topic in response.Topics)
        {
            foreach (ref var partition in topic.Partitions)
            {
                if (partition.ErrorCode == (short)ErrorCode.None)
                {
                    partition.ErrorCode = (short)ErrorCode.KafkaStorageError;
                    partition.LowWatermark = -1;
                }
            }
        }
    }

    private void Sort(in DeleteRecordsRequest request, ref DeleteRecordsResponse response, OffsetQuestions questions)
    {
        foreach (ref var topic in request.Topics)
        {
            if (topic.Partitions.Count == 0)
            {
                continue;
            }

            var image = home.Image.FindTopic(topic.Name);
            var answer = new DeleteRecordsResponse.DeleteRecordsTopicResult { Name = topic.Name };
            foreach (ref var asked in topic.Partitions)
            {
                var error = image?.FindPartition(asked.PartitionIndex) is not { } partition ? ErrorCode.UnknownTopicOrPartition
                    : TopicNames.IsInternal(image.Name) ? ErrorCode.InvalidTopicException
                    : PartitionAvailability.IsElsewhere(partition, home.NodeId) ? ErrorCode.NotLeaderOrFollower
                    : ErrorCode.None;
                answer.Partitions.Add(new DeleteRecordsResponse.DeleteRecordsPartitionResult
                {
                    PartitionIndex = asked.PartitionIndex, LowWatermark = -1, ErrorCode = (short)error,
                });
                if (error == ErrorCode.None)
                {
                    questions.Add(new OffsetQuestion(
                        response.Topics.Count, answer.Partitions.Count - 1, new TopicIdPartition(image!.Id, asked.PartitionIndex), -1, asked.Offset));
                }
            }

            response.Topics.Add(answer);
        }
    }
}
