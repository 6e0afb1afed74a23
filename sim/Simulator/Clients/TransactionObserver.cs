using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>What all clients together know of transactional ids: epochs never go back, and nobody gets another's producer id. Owned by the fleet.</summary>
internal sealed class TransactionObserver
{
    private readonly SortedDictionary<long, (string TransactionalId, short Epoch)> _producers = [];

    /// <summary>A broker gave a transactional id to a producer.</summary>
    internal void OnInit(string transactionalId, ProducerIdentity identity, bool mayForget)
    {
        if (!mayForget && _producers.TryGetValue(identity.ProducerId, out var known)
            && (known.TransactionalId != transactionalId || known.Epoch >= identity.Epoch))
        {
            throw new ViolationException(
                "transaction-epochs-rise",
                $"InitProducerId gives {transactionalId} id {identity.ProducerId} with epoch {identity.Epoch}; {known.TransactionalId} had it with epoch {known.Epoch}");
        }

        _producers[identity.ProducerId] = (transactionalId, identity.Epoch);
    }

    /// <summary>A transaction ended and its producer was told with which epoch to go on.</summary>
    internal void OnEnded(string transactionalId, ProducerIdentity before, long producerId, short epoch)
    {
        var isNext = producerId == before.ProducerId ? epoch == before.Epoch + 1 : epoch == 0 && before.Epoch >= short.MaxValue - 1;
        if (!isNext)
        {
            throw new ViolationException(
                "transaction-epochs-rise",
                $"EndTxn of {transactionalId} answers id {producerId} with epoch {epoch} to id {before.ProducerId} with epoch {before.Epoch}");
        }

        var known = _producers.TryGetValue(producerId, out var latest) ? latest.Epoch : (short)-1;
        _producers[producerId] = (transactionalId, Math.Max(known, epoch));
    }

    /// <summary>A stable fetch of the offset after the transaction that committed it has ended.</summary>
    internal static void CheckOffset(CommittedInTransaction offset, bool isCommit, long found)
    {
        if (isCommit ? found < offset.Offset : found == offset.Offset)
        {
            throw new ViolationException(
                "offsets-of-transactions",
                $"{offset.Group} has offset {found} of {offset.Lane.Key} after a transaction with offset {offset.Offset} was {(isCommit ? "committed" : "aborted")}");
        }
    }
}
