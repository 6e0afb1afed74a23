using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>Asks the leader of a partition for one offset. Stateless.</summary>
internal static class OffsetLookup
{
    /// <summary>The offset of a time, -1 when no record is that late; null when the answer was an error that may pass or no answer came.</summary>
    internal static async Task<long?> AskAsync(ClientProcess process, string topic, int partition, long timestampMs, bool readCommitted)
    {
        if (process.View.Find(topic) is not { } view || partition >= view.Partitions.Count || view.Partitions[partition].Leader < 0)
        {
            await process.View.RefreshAsync();
            return null;
        }

        try
        {
            var connection = await process.ToNodeAsync(view.Partitions[partition].Leader);
            var version = connection.VersionOf(ListOffsetsRequest.Api);
            if (timestampMs == OffsetTimes.MaxTimestamp && version < OffsetTimes.FirstVersionWithMaxTimestamp)
            {
                timestampMs = OffsetTimes.Latest;
            }

            var request = new ListOffsetsRequest { ReplicaId = -1, IsolationLevel = readCommitted ? (sbyte)1 : (sbyte)0, TimeoutMs = process.Plan.RequestTimeoutMs };
            request.Topics.Add(new ListOffsetsRequest.ListOffsetsTopic
            {
                Name = topic,
                Partitions = Seq<ListOffsetsRequest.ListOffsetsPartition>.Of(new ListOffsetsRequest.ListOffsetsPartition
                {
                    PartitionIndex = partition, Timestamp = timestampMs, CurrentLeaderEpoch = view.Partitions[partition].LeaderEpoch,
                }),
            });
            var deletedBelow = process.Fleet.DeletedBelow(topic, partition);
            var response = await connection.AskAsync<ListOffsetsRequest, ListOffsetsResponse>(request, version, process.Plan.RequestTimeoutMs);
            CheckDeleted(response, topic, deletedBelow);
            return Take(process, topic, partition, timestampMs, response);
        }
        catch (RequestLostException)
        {
            return null;
        }
    }

    /// <summary>What was deleted when the question was asked is found no more.</summary>
    private static void CheckDeleted(in ListOffsetsResponse response, string topic, long deletedBelow)
    {
        foreach (ref var answered in response.Topics)
        {
            foreach (ref var answer in answered.Partitions)
            {
                if (answer.ErrorCode == 0 && answer.Offset >= 0 && answer.Offset < deletedBelow)
                {
                    throw new ViolationException(
                        "deleted-not-served", $"ListOffsets finds offset {answer.Offset} of {topic}-{answer.PartitionIndex}; everything below {deletedBelow} was deleted before");
                }
            }
        }
    }

    private static long? Take(ClientProcess process, string topic, int partition, long timestampMs, in ListOffsetsResponse response)
    {
        if (response.Topics.Count != 1 || response.Topics[0].Partitions.Count != 1 || response.Topics[0].Partitions[0].PartitionIndex != partition)
        {
            throw new ViolationException("answers-what-was-asked", $"ListOffsets answers for something else than {topic}-{partition}");
        }

        var answer = response.Topics[0].Partitions[0];
        var error = (ErrorCode)answer.ErrorCode;
        if (error == ErrorCode.None)
        {
            process.Succeeded();
            if (timestampMs >= 0 && answer.Offset >= 0 && answer.Timestamp < timestampMs)
            {
                throw new ViolationException(
                    "lookup-by-time", $"{topic}-{partition} gives offset {answer.Offset} of time {answer.Timestamp} for time {timestampMs}");
            }

            return answer.Offset;
        }

        if (!ErrorReaction.IsRetriable(error))
        {
            throw new ViolationException("expected-errors", $"ListOffsets of {topic}-{partition} answers {error}");
        }

        process.View.Forget(topic);
        return null;
    }
}
