using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Groups;
using Deterministic.Server.Handlers;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Composition;

/// <summary>Appends the records of groups to the partitions of <c>__consumer_offsets</c> that the same shard owns. Owned by that shard, lives as long.</summary>
internal sealed class PartitionGroupLog(BrokerShard shard) : IGroupLog, IAppendWaiter
{
    private readonly List<Action<ErrorCode>?> _completions = [];
    private readonly Stack<int> _free = new();

    /// <inheritdoc/>
    public void Append(int partition, Memory<byte> batch, Action<ErrorCode> completion)
    {
        if (shard.Image.FindTopic(InternalTopics.ConsumerOffsets) is not { } topic
            || shard.FindPartition(new TopicIdPartition(topic.Id, partition)) is not { } found)
        {
            Mark.Hit("group-log.partition-gone");
            completion(ErrorCode.NotLeaderOrFollower);
            return;
        }

        var result = found.AppendOwn(batch);
        if (result.Error != ErrorCode.None)
        {
            Mark.Hit("group-log.append-refused");
            completion(result.Error);
            return;
        }

        var item = Keep(completion);
        if (!found.AwaitAppend(result.LastOffset, this, item, 0))
        {
            OnAppendEnded(item, 0, ErrorCode.None);
        }
    }

    /// <inheritdoc/>
    public void OnAppendEnded(int item, int round, ErrorCode error)
    {
        var completion = _completions[item]!;
        _completions[item] = null;
        _free.Push(item);
        completion(error);
    }

    private int Keep(Action<ErrorCode> completion)
    {
        if (!_free.TryPop(out var item))
        {
            item = _completions.Count;
            _completions.Add(null);
        }

        _completions[item] = completion;
        return item;
    }
}
