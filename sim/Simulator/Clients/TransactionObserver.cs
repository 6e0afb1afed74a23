using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>What all clients together know of transactional ids: epochs never go back, and nobody gets another's producer id. Owned by the fleet.</summary>
internal sealed class TransactionObserver
{
    private readonly SortedDictionary<string, (long ProducerId, short Epoch)> _latest = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, string> _owners = [];
    private readonly HashSet<(long ProducerId, short Epoch)> _given = [];

    /// <summary>The highest epoch that a client was told of for a transactional id, with its producer id; (-1, -1) for none.</summary>
    internal (long ProducerId, short Epoch) Latest(string transactionalId) => _latest.TryGetValue(transactionalId, out var known) ? known : (-1, (short)-1);

    /// <summary>A broker gave a transactional id to a producer, who had asked when <paramref name="before"/> was the latest.</summary>
    internal void OnInit(string transactionalId, ProducerIdentity identity, (long ProducerId, short Epoch) before, bool mayForget)
    {
        var isNew = _given.Add((identity.ProducerId, identity.Epoch));
        var isOwn = _owners.TryAdd(identity.ProducerId, transactionalId) || _owners[identity.ProducerId] == transactionalId;
        if (!mayForget && (!isNew || !isOwn || (identity.ProducerId == before.ProducerId && identity.Epoch <= before.Epoch)))
        {
            throw new ViolationException(
                "transaction-epochs-rise",
                $"InitProducerId gives {transactionalId} id {identity.ProducerId} with epoch {identity.Epoch}; when it was asked, {before.ProducerId} had epoch {before.Epoch}");
        }

        Note(transactionalId, identity.ProducerId, identity.Epoch);
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

        Note(transactionalId, producerId, epoch);
    }

    private void Note(string transactionalId, long producerId, short epoch)
    {
        var known = Latest(transactionalId);
        if (known.ProducerId != producerId || known.Epoch < epoch)
        {
            _latest[transactionalId] = (producerId, epoch);
        }
    }

    /// <summary>A stable fetch of the offset after the transaction that committed it has ended.</summary>
    internal static void CheckOffset(string group, in CommittedInTransaction offset, bool isCommit, long found)
    {
        if (isCommit ? found < offset.Offset : found == offset.Offset)
        {
            throw new ViolationException(
                "offsets-of-transactions",
                $"{group} has offset {found} of {offset.Topic}-{offset.Partition} after a transaction with offset {offset.Offset} was {(isCommit ? "committed" : "aborted")}");
        }
    }
}
