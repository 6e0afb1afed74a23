using Deterministic.Checking.Histories;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>Fetches from the leaders of a consumer's partitions. Owned by its consumer; one fetch of each leader at a time.</summary>
internal sealed class Fetcher(ClientProcess process)
{
    /// <summary>From here on a request names topics by their ids.</summary>
    internal const short FirstVersionWithIds = 13;

    private readonly SortedDictionary<int, ConsumerSession> _sessions = [];

    /// <summary>One fetch from each leader; what came is added. False when nothing could be asked of anybody.</summary>
    internal async Task<bool> FetchAsync(IReadOnlyList<ConsumedPartition> partitions, int maxWaitMs, List<PolledRecord> records)
    {
        var fetches = new List<Task<bool>>();
        foreach (var leader in partitions.Where(partition => LeaderOf(partition).Leader >= 0).GroupBy(partition => LeaderOf(partition).Leader).OrderBy(group => group.Key))
        {
            fetches.Add(FetchAsync(leader.Key, [.. leader], maxWaitMs, records));
        }

        var any = false;
        foreach (var fetch in fetches)
        {
            any |= await fetch;
        }

        if (fetches.Count == 0)
        {
            await process.View.RefreshAsync();
        }

        return any;
    }

    private PartitionView LeaderOf(ConsumedPartition partition) =>
        process.View.Find(partition.Topic) is { } topic && partition.Partition < topic.Partitions.Count
            ? topic.Partitions[partition.Partition]
            : new PartitionView(-1, -1);

    private async Task<bool> FetchAsync(int leader, ConsumedPartition[] partitions, int maxWaitMs, List<PolledRecord> records)
    {
        if (!_sessions.TryGetValue(leader, out var session))
        {
            _sessions.Add(leader, session = new ConsumerSession(process.Plan.Consumer.UsesSessions));
        }

        try
        {
            var connection = await process.ToNodeAsync(leader);
            var plan = process.Plan.Consumer;
            var knowsIds = Array.TrueForAll(partitions, partition => !partition.TopicId.IsZero);
            var version = connection.VersionOf(FetchRequest.Api, knowsIds ? short.MaxValue : (short)(FirstVersionWithIds - 1));
            var request = new FetchRequest
            {
                MaxWaitMs = maxWaitMs, MinBytes = plan.MinBytes, MaxBytes = plan.MaxBytes, IsolationLevel = plan.ReadsCommitted ? (sbyte)1 : (sbyte)0,
                RackId = Text.Empty,
            };
            session.Fill(ref request, partitions, plan.PartitionMaxBytes, version >= FirstVersionWithIds, partition => LeaderOf(partition).LeaderEpoch);
            var asked = Array.ConvertAll(partitions, partition => partition.Position!.Value);
            var deleted = Array.ConvertAll(partitions, partition => process.Fleet.DeletedBelow(partition.Topic, partition.Partition));
            var response = await connection.AskAsync<FetchRequest, FetchResponse>(request, version, maxWaitMs + process.Plan.RequestTimeoutMs);
            CheckDeleted(response, partitions, asked, deleted, version);
            return Take(response, version, session, partitions, asked, records);
        }
        catch (RequestLostException)
        {
            session.Reset();
            return false;
        }
    }

    /// <summary>What was deleted when the request was sent is not served, and not said to be there.</summary>
    private static void CheckDeleted(in FetchResponse response, ConsumedPartition[] partitions, long[] asked, long[] deleted, short version)
    {
        foreach (ref var topic in response.Responses)
        {
            foreach (ref var data in topic.Partitions)
            {
                var (index, name, id) = (data.PartitionIndex, topic.Topic, topic.TopicId);
                var i = Array.FindIndex(partitions, partition => partition.Partition == index
                    && (version >= FirstVersionWithIds ? partition.TopicId == id : name == partition.Topic));
                var isServed = i >= 0 && data.ErrorCode == 0
                    && (asked[i] < deleted[i] || (data.LogStartOffset >= 0 && data.LogStartOffset < deleted[i]));
                if (isServed)
                {
                    throw new ViolationException(
                        "deleted-not-served", $"Fetch of {partitions[i].Key} at {asked[i]} succeeds with log start {data.LogStartOffset}; everything below {deleted[i]} was deleted before");
                }
            }
        }
    }

    private bool Take(
        in FetchResponse response, short version, ConsumerSession session, ConsumedPartition[] partitions, long[] asked, List<PolledRecord> records)
    {
        var error = (ErrorCode)response.ErrorCode;
        if (error != ErrorCode.None)
        {
            session.Reset();
            return ErrorReaction.IsRetriable(error)
                ? false
                : throw new ViolationException("expected-errors", $"Fetch answers {error}");
        }

        process.Succeeded();
        session.OnAnswer(version >= 7 ? response.SessionId : 0);
        foreach (ref var topic in response.Responses)
        {
            foreach (ref var data in topic.Partitions)
            {
                var (index, name, id) = (data.PartitionIndex, topic.Topic, topic.TopicId);
                var position = Array.FindIndex(partitions, partition => partition.Partition == index
                    && (version >= FirstVersionWithIds ? partition.TopicId == id : name == partition.Topic));
                if (position < 0)
                {
                    throw new ViolationException("answers-what-was-asked", $"Fetch answers for {name}{id}-{index}, which was not asked");
                }

                if (partitions[position].Position == asked[position])
                {
                    Take(partitions[position], data, session, records);
                }
            }
        }

        return true;
    }

    private void Take(ConsumedPartition partition, in FetchResponse.PartitionData data, ConsumerSession session, List<PolledRecord> records)
    {
        var error = (ErrorCode)data.ErrorCode;
        switch (error)
        {
            case ErrorCode.None:
                partition.HighWatermark = data.HighWatermark;
                partition.LogStartOffset = data.LogStartOffset;
                FetchedRecords.Take(process.Fleet, partition, data, records);
                break;
            case ErrorCode.OffsetOutOfRange:
                CheckOutOfRange(partition);
                partition.Position = null;
                partition.ResetTimestamp = process.Plan.Consumer.ResetsToLatest ? OffsetTimes.Latest : OffsetTimes.Earliest;
                break;
            case ErrorCode.CorruptMessage when process.Fleet.MayBeCorrupt(partition.TopicNumber):
                break;
            default:
                if (!ErrorReaction.IsRetriable(error) || error == ErrorCode.CorruptMessage)
                {
                    throw new ViolationException("expected-errors", $"Fetch of {partition.Key} answers {error}");
                }

                process.View.Forget(partition.Topic);
                session.Reset();
                break;
        }
    }

    /// <summary>What the log was said to hold it still holds, unless it loses records by its configuration or was deleted.</summary>
    private void CheckOutOfRange(ConsumedPartition partition)
    {
        var topic = process.Fleet.Workload.Topics[partition.TopicNumber];
        if (topic is { LosesRecords: false, MayBeDeleted: false } && process.Fleet.LeaderAcksAreDurable
            && !process.Fleet.MayBeCorrupt(partition.TopicNumber)
            && partition.LogStartOffset >= 0 && partition.Position >= partition.LogStartOffset && partition.Position <= partition.HighWatermark)
        {
            throw new ViolationException(
                "in-range",
                $"Fetch of {partition.Key} at {partition.Position} is out of range; the log began at {partition.LogStartOffset}, its high watermark was {partition.HighWatermark}");
        }
    }
}
