using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Groups;
using Deterministic.Server.Replication;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Composition;

/// <summary>Appends the records of coordinators to the partitions of their topic that the same shard owns. Owned by that shard, lives as long.</summary>
internal sealed class CoordinatorLog(BrokerShard shard, string topicName) : IGroupLog, ITransactionLog, IAppendWaiter
{
    private readonly List<Action<ErrorCode>?> _completions = [];
    private readonly Stack<int> _free = new();

    /// <inheritdoc/>
    void ITransactionLog.Append(int partition, Memory<byte> batch, Action<ErrorCode> completion) => Append(partition, batch, completion);

    /// <inheritdoc/>
    public void Append(int partition, Memory<byte> batch, Action<ErrorCode> completion, short transactionVersion = 0)
    {
        if (shard.Image.FindTopic(topicName) is not { } topic
            || shard.FindPartition(new TopicIdPartition(topic.Id, partition)) is not { } found)
        {
            Mark.Hit("coordinator-log.partition-gone");
            completion(ErrorCode.NotLeaderOrFollower);
            return;
        }

        var result = found.AppendOwn(batch, transactionVersion);
        if (result.Error != ErrorCode.None)
        {
            Mark.Hit("coordinator-log.append-refused");
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
