using Deterministic.Kernel;
using Deterministic.Protocol.Records;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Composition;

/// <summary>
/// Reads partitions of a coordinator's topic into the coordinator of their shard, piece by piece so that others get
/// their turn. Owned by the shard, lives as long.
/// </summary>
internal sealed class CoordinatorLoader(BrokerShard shard, string topicName, ILoadedCoordinator coordinator) : IPartitionLifecycle
{
    /// <summary>Bytes that are replayed at once.</summary>
    internal const int PieceBytes = 1024 * 1024;

    /// <summary>The largest batch that is loaded.</summary>
    internal const int BatchBytesMax = 256 * 1024 * 1024;

    private readonly HashSet<int> _loading = [];

    /// <inheritdoc/>
    public void OnLeading(Partition partition)
    {
        if (!IsOfTopic(partition))
        {
            return;
        }

        coordinator.BeginLoad(partition.TopicPartition.Partition, partition.LeaderEpoch);
        _loading.Add(partition.TopicPartition.Partition);
        LoadPiece(partition, partition.Log.LogStartOffset, partition.Log.LogEndOffset, []);
    }

    /// <inheritdoc/>
    public void OnLeft(Partition partition)
    {
        if (IsOfTopic(partition))
        {
            _loading.Remove(partition.TopicPartition.Partition);
            coordinator.Unload(partition.TopicPartition.Partition);
        }
    }

    /// <inheritdoc/>
    public void OnTopicDeleted(string topic) => coordinator.OnTopicDeleted(topic);

    private bool IsOfTopic(Partition partition) =>
        string.Equals(partition.TopicPartition.Topic, topicName, StringComparison.Ordinal);

    private void LoadPiece(Partition partition, long offset, long end, byte[] buffer)
    {
        var number = partition.TopicPartition.Partition;
        if (partition.IsGone || !_loading.Contains(number))
        {
            Mark.Hit("coordinator-load.given-up");
            return;
        }

        if (offset >= end)
        {
            EndLoad(number);
            return;
        }

        if (buffer.Length == 0)
        {
            buffer = new byte[PieceBytes];
        }

        var count = partition.Log.ReadInto(buffer, offset, end);
        if (count < 0 && buffer.Length < BatchBytesMax && !partition.Log.IsOffline)
        {
            Mark.Hit("coordinator-load.batch-larger-than-piece");
            LoadPiece(partition, offset, end, new byte[buffer.Length * 2]);
            return;
        }

        if (count == 0)
        {
            Mark.Hit("coordinator-load.end-was-compacted");
            // Compaction may have taken everything that stood between here and the end.
            EndLoad(number);
            return;
        }

        if (count < 0)
        {
            Mark.Hit("coordinator-load.stuck");
            // It stays loading: clients are told so and come again, rather than being shown groups or transactions as they once were.
            ServerLog.CoordinatorNotLoaded(shard.Log, topicName, number, $"nothing can be read at offset {offset}, although the log ends at {end}");
            return;
        }

        coordinator.Replay(number, buffer.AsSpan(0, count));
        var next = OffsetBehind(buffer.AsSpan(0, count));
        Check.That(next > offset, $"loading {topicName}-{number} does not move on from offset {offset}");
        shard.Shard.Post(() => LoadPiece(partition, next, end, buffer));
    }

    private void EndLoad(int number)
    {
        _loading.Remove(number);
        coordinator.EndLoad(number);
    }

    private static long OffsetBehind(ReadOnlySpan<byte> batches)
    {
        long next = -1;
        while (batches.Length > 0)
        {
            var header = new RecordBatchHeader(batches);
            next = header.LastOffset + 1;
            batches = batches[(int)header.TotalBytes..];
        }

        return next;
    }
}
