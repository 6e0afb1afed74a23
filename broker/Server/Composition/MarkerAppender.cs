using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Server.Handlers;
using Deterministic.Server.Replication;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Composition;

/// <summary>Writes the markers of ended transactions to the partitions of one shard. Owned by that shard, lives as long.</summary>
internal sealed class MarkerAppender(BrokerShard shard) : IAppendWaiter
{
    private readonly RecordBatchBuilder _builder = new();
    private readonly Dictionary<int, Action<ErrorCode>> _waiting = [];
    private int _next;

    /// <summary>
    /// Appends the marker, on this shard. <paramref name="done"/> is told once it is durable; in a partition of <c>__consumer_offsets</c>,
    /// once its offsets count.
    /// </summary>
    internal void Append(TopicIdPartition id, string topic, TransactionMarker marker, Action<ErrorCode> done)
    {
        if (topic == InternalTopics.ConsumerOffsets)
        {
            shard.Groups.EndTransaction(id.PartitionId, marker, done);
            return;
        }

        if (shard.FindPartition(id) is not { } partition)
        {
            // This shard has an image that the other has not, or the log could not be opened.
            Mark.Hit("marker.partition-not-here");
            done(ErrorCode.NotLeaderOrFollower);
            return;
        }

        marker.Build(_builder, shard.Shard.WallClockMs);
        var appended = partition.AppendOwn(_builder.BuildArray(), marker.TransactionVersion);
        if (appended.Error != ErrorCode.None)
        {
            done(appended.Error);
            return;
        }

        var item = _next++;
        _waiting.Add(item, done);
        if (!partition.AwaitAppend(appended.LastOffset, this, item, 0))
        {
            OnAppendEnded(item, 0, ErrorCode.None);
        }
    }

    /// <inheritdoc/>
    public void OnAppendEnded(int item, int round, ErrorCode error)
    {
        _waiting.Remove(item, out var done);
        done!(error);
    }
}
