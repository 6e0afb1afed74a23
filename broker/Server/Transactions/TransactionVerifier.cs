using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Transactions;

/// <summary>
/// Asks the coordinator whether a producer may append to a partition in its transaction, or to make it so (KIP-890). What no
/// coordinator knows of would stay open for ever. Owned by the shard of the partition, lives as long.
/// </summary>
internal sealed class TransactionVerifier(BrokerShard shard, ITransactionRouting routing)
{
    /// <summary>
    /// Answers on this shard, and whatever <paramref name="done"/> appends at once, no marker comes before. <paramref name="isAddition"/>:
    /// the request implies that the partition is added; otherwise it must be there already.
    /// </summary>
    internal void Verify(
        Partition partition, Text transactionalId, long producerId, short producerEpoch, bool isAddition, Action<ErrorCode> done)
    {
        if (partition.Log.HasOpenTransaction(producerId, producerEpoch))
        {
            done(ErrorCode.None);
            return;
        }

        var producer = new TransactionVerifications.TransactionalProducer(transactionalId, producerId, producerEpoch);
        if (partition.Verifications.Begin(producer, isAddition, done) is { } verification)
        {
            Ask(partition, verification);
        }
    }

    private void Ask(Partition partition, TransactionVerifications.Verification verification)
    {
        var producer = verification.Producer;
        var count = routing.PartitionCount;
        var index = count == 0 ? -1 : JavaHash.PartitionOf(producer.TransactionalId, count);
        if (count == 0 || routing.CoordinatorOf(index) is not { } coordinator)
        {
            partition.Verifications.End(verification, ErrorCode.NotCoordinator);
            return;
        }

        var request = new TransactionPartitions(
            producer.TransactionalId,
            producer.ProducerId,
            producer.ProducerEpoch,
            [partition.TopicPartition],
            TransactionMetadata.EpochRaisedSince);
        coordinator.Shard.Post(() =>
        {
            if (verification.IsAddition)
            {
                coordinator.AddPartitionsWaiting(index, request, GoHome);
            }
            else
            {
                GoHome(coordinator.Verify(index, request, partition.TopicPartition));
            }
        });

        void GoHome(ErrorCode error) => shard.Shard.Post(() => partition.Verifications.End(verification, error));
    }
}
