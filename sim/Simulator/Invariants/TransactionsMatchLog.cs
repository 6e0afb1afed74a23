using Deterministic.Kernel.Memory;
using Deterministic.Protocol;
using Deterministic.Protocol.Compression;
using Deterministic.Server.Transactions;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// What a coordinator decides by is what its partition of <c>__transaction_state</c> replays to below the high watermark: what a
/// restart would bring back, no more and no less.
/// </summary>
internal sealed class TransactionsMatchLog(World world, Func<string, bool> mayHarm) : IInvariant
{
    private const short AnyVersion = 2;

    /// <inheritdoc/>
    public string Name => "transactions-match-log";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var (log, partition) in inspection.TransactionPartitions())
        {
            if (!mayHarm(log.Log!.Path) && Compare(partition, Replay(inspection, log, partition)) is { } problem)
            {
                world.Fail(Name, $"{log}: {problem}; {log.Now}");
            }
        }
    }

    private static TransactionPartition Replay(Inspection inspection, WatchedLog log, TransactionPartition partition)
    {
        using var codecs = new BatchCodecs(new BufferPool());
        var replayed = new TransactionPartition(log.Log!.Group.Shard, new NoLog(), static () => AnyVersion, partition.Index, partition.CoordinatorEpoch);
        foreach (var segment in inspection.Scan(log).Segments)
        {
            foreach (var known in segment.Batches)
            {
                if (known.LastOffset < log.Now.HighWatermark && known.LastOffset >= log.Now.Start)
                {
                    replayed.Replay(segment.Bytes.AsSpan(known.Position, known.SizeBytes), codecs);
                }
            }
        }

        return replayed;
    }

    private static string? Compare(TransactionPartition live, TransactionPartition replayed)
    {
        foreach (var id in live.Ids.Keys.Concat(replayed.Ids.Keys).Distinct())
        {
            var (now, known) = (live.Find(id)?.Metadata, replayed.Find(id)?.Metadata);
            if (!BytesOf(now).Span.SequenceEqual(BytesOf(known).Span))
            {
                return $"{id} is {now}; the log says {known}";
            }
        }

        return null;
    }

    private static ReadOnlyMemory<byte> BytesOf(TransactionMetadata? metadata) =>
        metadata is null ? default : TransactionRecords.ValueOf(metadata, AnyVersion).Bytes;

    /// <summary>For a replay, which appends nothing.</summary>
    private sealed class NoLog : ITransactionLog
    {
        public void Append(int partition, Memory<byte> batch, Action<ErrorCode> completion) => completion(ErrorCode.NotLeaderOrFollower);
    }
}
