using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Storage;

namespace Deterministic.Server.Moves;

/// <content>Copying.</content>
internal sealed partial class DirectoryMoves
{
    private int Copy(DirectoryMove move, int budgetBytes)
    {
        var (current, future) = (move.Partition.Log, move.Future);
        var copied = 0;
        if (!current.WriteNow())
        {
            return copied;
        }

        while (copied < budgetBytes && future.LogEndOffset < current.WrittenEndOffset && !future.IsOffline && !current.IsOffline)
        {
            var size = CopyOnce(current, future, budgetBytes - copied);
            if (size < 0)
            {
                Mark.Hit("move.given-up");
                ServerLog.MoveGivenUp(shard.Log, move.Partition.TopicPartition, current.Path, future.LogEndOffset);
                Abandon(move);
                return copied;
            }

            copied += size;
        }

        future.FollowLogStart(current);
        return copied;
    }

    private int CopyOnce(PartitionLog current, PartitionLog future, int maxBytes)
    {
        var start = current.LogStartOffset;
        var read = current.Read(Math.Max(future.LogEndOffset, start), maxBytes, current.WrittenEndOffset, minOneBatch: true);
        if (read.Error != ErrorCode.None)
        {
            Check.That(current.IsOffline, $"{current.TopicPartition}: from offset {future.LogEndOffset} on it cannot be copied: {read.Error}");
            Mark.Hit("move.source-failed");
            return 0;
        }

        try
        {
            if (future.LogEndOffset < start && !future.TruncateFullyAndStartAt(read.IsEmpty ? start : Math.Min(start, read.FirstBatchOffset)))
            {
                return 0;
            }

            if (read.IsEmpty)
            {
                future.SkipTo(current.WrittenEndOffset);
                return 0;
            }

            var buffer = Shard.Buffers.Rent(read.Range.SizeBytes);
            var bytes = buffer.Memory[..read.Range.SizeBytes];
            shard.Releases.ReleaseAfterRun(buffer);
            var size = read.Range.File.Read(read.Range.Position, bytes.Span);
            return (size == bytes.Length && future.AppendCopied(bytes)) || future.IsOffline ? size : -1;
        }
        finally
        {
            read.Release();
        }
    }
}
