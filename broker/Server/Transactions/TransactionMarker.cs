using Deterministic.Protocol.Records;

namespace Deterministic.Server.Transactions;

/// <summary>The end of a transaction as each of its partitions is told: who, with which epoch, how it ended. Immutable.</summary>
/// <param name="ProducerId">The producer.</param>
/// <param name="ProducerEpoch">Its epoch; with transaction version 2, or when it is fenced, one more than that of its records.</param>
/// <param name="IsCommit">Commit or abort.</param>
/// <param name="CoordinatorEpoch">Leader epoch of the partition of <c>__transaction_state</c> that decided.</param>
/// <param name="TransactionVersion">From 2 on every end of a transaction raises the epoch.</param>
public readonly record struct TransactionMarker(
    long ProducerId, short ProducerEpoch, bool IsCommit, int CoordinatorEpoch, short TransactionVersion)
{
    /// <summary>The control batch.</summary>
    internal void Build(RecordBatchBuilder builder, long timestampMs) => ControlRecords.BuildMarker(
        builder, IsCommit ? ControlRecordType.Commit : ControlRecordType.Abort, ProducerId, ProducerEpoch, CoordinatorEpoch, timestampMs);
}
