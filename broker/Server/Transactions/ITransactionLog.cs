using Deterministic.Protocol;

namespace Deterministic.Server.Transactions;

/// <summary>
/// Where a coordinator appends: the partitions of <c>__transaction_state</c> that the same shard owns. Called and answered on
/// that shard.
/// </summary>
public interface ITransactionLog
{
    /// <summary>
    /// Appends a record batch as leader. <paramref name="completion"/> is called exactly once, in the order of the appends of that
    /// partition: NONE when the batch is durable and committed, otherwise why it never will be. It may be called before this returns.
    /// </summary>
    void Append(int partition, Memory<byte> batch, Action<ErrorCode> completion);
}
