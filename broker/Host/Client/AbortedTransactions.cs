using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Client;

/// <summary>Tells which batches of one fetched partition belong to aborted transactions (KIP-98). Lives for one answer; asked in offset order.</summary>
internal sealed class AbortedTransactions
{
    private const int ControlTypePosition = 2;
    private readonly Queue<FetchResponse.AbortedTransaction> _coming;
    private readonly HashSet<long> _open = [];

    /// <summary>The list that came with the partition.</summary>
    public AbortedTransactions(Seq<FetchResponse.AbortedTransaction> aborted)
    {
        _coming = new(aborted.ToArray().OrderBy(transaction => transaction.FirstOffset));
    }

    /// <summary>Whether the records of the batch are not to be seen.</summary>
    public bool Covers(RecordBatchView batch)
    {
        var header = batch.Header;
        while (_coming.TryPeek(out var next) && next.FirstOffset <= header.BaseOffset + header.LastOffsetDelta)
        {
            _open.Add(_coming.Dequeue().ProducerId);
        }

        if (header.Attributes.IsControl)
        {
            if (IsAbortMarker(batch))
            {
                _open.Remove(header.ProducerId);
            }

            return true;
        }

        return header.Attributes.IsTransactional && _open.Contains(header.ProducerId);
    }

    /// <summary>A control record's key is two bytes of version and two of type; type 0 is an abort.</summary>
    private static bool IsAbortMarker(RecordBatchView batch)
    {
        foreach (var record in batch.Records)
        {
            return record.Key.Length >= ControlTypePosition + 2
                && record.Key[ControlTypePosition] == 0 && record.Key[ControlTypePosition + 1] == 0;
        }

        return false;
    }
}
