using Deterministic.Protocol;

namespace Deterministic.Server.Groups;

/// <summary>
/// Where a coordinator appends: the partitions of <c>__consumer_offsets</c> that the same shard owns. Called and answered
/// on that shard.
/// </summary>
public interface IGroupLog
{
    /// <summary>
    /// Appends a record batch as leader (base offset and leader epoch are set in place). <paramref name="completion"/> is
    /// called exactly once, in the order of the appends of that partition: NONE when the batch is durable and committed,
    /// otherwise why it never will be. It may be called before this returns. <paramref name="transactionVersion"/> is that of
    /// the transaction which a batch with a marker ends.
    /// </summary>
    void Append(int partition, Memory<byte> batch, Action<ErrorCode> completion, short transactionVersion = 0);
}
