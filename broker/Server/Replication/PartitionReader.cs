using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Storage;

namespace Deterministic.Server.Replication;

/// <summary>Reads of a partition as its leader answers them. Runs on the shard that owns the partition. Stateless.</summary>
internal static class PartitionReader
{
    /// <summary>What a fetch may see: whole batches below the high watermark, or the last stable offset for read_committed.</summary>
    internal static PartitionRead Read(Partition partition, in FetchSpec spec, int maxBytes, bool minOneBatch, bool isReadCommitted)
    {
        if (partition.CheckLeader(spec.CurrentLeaderEpoch) is var refusal and not ErrorCode.None)
        {
            return Refused(partition, refusal);
        }

        var log = partition.Log;
        if (spec.LastFetchedEpoch >= 0 && DivergenceOf(partition, spec) is { } diverging)
        {
            Mark.Hit("fetch.diverging-epoch");
            return diverging;
        }

        if (spec.FetchOffset < log.LogStartOffset || spec.FetchOffset > log.LogEndOffset)
        {
            Mark.Hit("fetch.offset-out-of-range");
            return new PartitionRead(ErrorCode.OffsetOutOfRange);
        }

        if (Math.Min(spec.MaxBytes, maxBytes) < 0 && spec.FetchOffset < partition.VisibleEnd(isReadCommitted))
        {
            Mark.Hit("fetch.max-bytes-negative");
            // What Kafka gives (golden: fetch/max-bytes-negative).
            return new PartitionRead(ErrorCode.UnknownServerError);
        }

        var read = log.Read(spec.FetchOffset, Math.Min(spec.MaxBytes, maxBytes), partition.VisibleEnd(isReadCommitted), minOneBatch, isReadCommitted);
        return read.Error != ErrorCode.None ? new PartitionRead(read.Error) : Seen(partition, read);
    }

    private static PartitionRead Seen(Partition partition, in LogRead read) => new(ErrorCode.None)
    {
        Log = read,
        HighWatermark = partition.Log.HighWatermark,
        LastStableOffset = partition.Log.LastStableOffset,
        LogStartOffset = partition.Log.LogStartOffset,
    };

    private static PartitionRead Refused(Partition partition, ErrorCode error) => new(error)
    {
        CurrentLeaderId = error is ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch ? partition.LeaderId : -1,
        CurrentLeaderEpoch = error is ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch ? partition.LeaderEpoch : -1,
    };

    /// <summary>The client's last epoch ended here before the offset it asks for: it has read what was never committed.</summary>
    private static PartitionRead? DivergenceOf(Partition partition, in FetchSpec spec)
    {
        var (epoch, endOffset) = partition.Log.EndOffsetForLeaderEpoch(spec.LastFetchedEpoch);
        if (epoch < 0 || endOffset < 0)
        {
            return new PartitionRead(ErrorCode.OffsetOutOfRange);
        }

        return epoch < spec.LastFetchedEpoch || endOffset < spec.FetchOffset
            ? Seen(partition, default) with { DivergingEpoch = epoch, DivergingEndOffset = endOffset }
            : null;
    }
}
