using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Transactions;

/// <summary>A producer and the partitions that it wants in its transaction. Lives as long as the request it stands for.</summary>
/// <param name="TransactionalId">Who.</param>
/// <param name="ProducerId">With which producer id.</param>
/// <param name="ProducerEpoch">And epoch.</param>
/// <param name="Partitions">Where it writes, or is about to.</param>
/// <param name="ClientVersion">The transaction version that the request belongs to.</param>
public readonly record struct TransactionPartitions(
    Text TransactionalId, long ProducerId, short ProducerEpoch, IReadOnlyList<TopicPartition> Partitions, short ClientVersion);
