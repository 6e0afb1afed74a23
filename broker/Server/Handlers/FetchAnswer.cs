using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>
/// Turns reads into a fetch response: partitions in the order asked, the first one with records whatever its size (KIP-74),
/// the others within <c>max.bytes</c>; in a session only what is news. Owned by its conversation, whose ranges it keeps.
/// </summary>
internal sealed class FetchAnswer
{
    private const short FirstLeaderHintVersion = 16;

    private FileRange[] _ranges = [];
    private int _rangeCount;
    private int _bytesLeft;
    private bool _hasRecords;

    /// <summary>Fills in the response.</summary>
    internal void Build(
        RequestExchange<FetchRequest, FetchResponse> exchange,
        List<FetchItem> items,
        DelayedFetch?[] parts,
        FetchSession? session,
        bool isFull,
        int maxBytes,
        BrokerShard home)
    {
        _bytesLeft = maxBytes;
        _hasRecords = false;
        _rangeCount = 0;
        if (_ranges.Length < items.Count)
        {
            _ranges = new FileRange[items.Count];
        }

        ref var response = ref exchange.Response;
        response.SessionId = session?.Id ?? 0;
        foreach (var item in items)
        {
            var read = item.Part < 0 ? new PartitionRead(item.Error) : parts[item.Part]!.Current[item.Index];
            if (read.SizeBytes > 0 && !Fits(read.SizeBytes, item.Asked.PartitionMaxBytes))
            {
                read = read with { Log = read.Log with { Range = default } };
            }

            if (item.Remembered is { } remembered && !remembered.MustTell(read) && !isFull)
            {
                continue;
            }

            if (read.SizeBytes > 0 && session is not null && item.Remembered is not null)
            {
                session.MoveBehindOthers(item.Remembered);
            }

            if (read.SizeBytes > 0)
            {
                home.Metrics.OfTopic(parts[item.Part]!.Specs[item.Index].Partition.TopicId).OnSent(read.SizeBytes);
                home.Metrics.AllTopics.OnSent(read.SizeBytes);
            }

            Add(ref response, item, read, exchange.Context.Version, home);
        }
    }

    /// <summary>Bytes of records that <see cref="Build"/> would answer.</summary>
    internal long Measure(List<FetchItem> items, DelayedFetch?[] parts, int maxBytes)
    {
        _bytesLeft = maxBytes;
        _hasRecords = false;
        var bytes = 0L;
        foreach (var item in items)
        {
            var size = item.Part < 0 ? 0 : parts[item.Part]!.Current[item.Index].SizeBytes;
            if (size > 0 && Fits(size, item.Asked.PartitionMaxBytes))
            {
                bytes += size;
            }
        }

        return bytes;
    }

    /// <summary>Lets go of the files' names.</summary>
    internal void Clear() => Array.Clear(_ranges, 0, _rangeCount);

    private bool Fits(int bytes, int partitionMaxBytes)
    {
        if (_hasRecords && (bytes > _bytesLeft || bytes > partitionMaxBytes))
        {
            return false;
        }

        _hasRecords = true;
        _bytesLeft -= bytes;
        return true;
    }

    private void Add(ref FetchResponse response, in FetchItem item, in PartitionRead read, short version, BrokerShard home)
    {
        var last = response.Responses.Count - 1;
        if (last < 0 || response.Responses[last].TopicId != item.Key.TopicId || response.Responses[last].Topic != item.Key.Topic)
        {
            ref var topic = ref MessageReuse.Add(ref response.Responses);
            topic.Topic = item.Key.Topic;
            topic.TopicId = item.Key.TopicId;
            last++;
        }

        ref var data = ref MessageReuse.Add(ref response.Responses[last].Partitions);
        data.PartitionIndex = item.Key.Partition;
        data.ErrorCode = (short)read.Error;
        data.HighWatermark = read.HighWatermark;
        data.LastStableOffset = read.LastStableOffset;
        data.LogStartOffset = read.LogStartOffset;
        data.AbortedTransactions = AbortedOf(item, read);
        data.Records = read.SizeBytes == 0 ? RecordData.Empty : RangeOf(read);
        if (read.DivergingEpoch >= 0)
        {
            data.DivergingEpoch.Epoch = read.DivergingEpoch;
            data.DivergingEpoch.EndOffset = read.DivergingEndOffset;
        }

        if (version >= FirstLeaderHintVersion)
        {
            AddLeaderHint(ref data, item, read, home);
        }
    }

    private RecordData RangeOf(in PartitionRead read)
    {
        _ranges[_rangeCount] = read.Log.Range;
        return new RecordData(_ranges.AsMemory(_rangeCount++, 1));
    }

    /// <summary>Null for read_uncommitted; empty where there was no partition to read, as Kafka answers.</summary>
    private static Seq<FetchResponse.AbortedTransaction> AbortedOf(in FetchItem item, in PartitionRead read)
    {
        if (item.Part < 0)
        {
            return item.Error == ErrorCode.NotLeaderOrFollower ? Seq<FetchResponse.AbortedTransaction>.Null : default;
        }

        if (read.Log.AbortedTransactions is not { } aborted)
        {
            return Seq<FetchResponse.AbortedTransaction>.Null;
        }

        var result = new Seq<FetchResponse.AbortedTransaction>();
        foreach (var transaction in aborted)
        {
            result.Add(new FetchResponse.AbortedTransaction { ProducerId = transaction.ProducerId, FirstOffset = transaction.FirstOffset });
        }

        return result;
    }

    private static void AddLeaderHint(ref FetchResponse.PartitionData data, in FetchItem item, in PartitionRead read, BrokerShard home)
    {
        data.CurrentLeader.LeaderId = read.CurrentLeaderId;
        data.CurrentLeader.LeaderEpoch = read.CurrentLeaderEpoch;
        if (item.Part < 0 && item.Error == ErrorCode.NotLeaderOrFollower
            && home.Image.FindPartition(item.Key.TopicId, item.Key.Partition) is { } partition)
        {
            data.CurrentLeader.LeaderId = partition.Leader;
            data.CurrentLeader.LeaderEpoch = partition.LeaderEpoch;
        }
    }
}
