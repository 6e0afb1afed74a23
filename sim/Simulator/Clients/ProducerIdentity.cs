using Deterministic.Checking.Histories;
using Deterministic.Protocol.Records;

namespace Deterministic.Simulator.Clients;

/// <summary>Producer id, epoch and sequences of an idempotent producer. Owned by its producer; a new one follows when the chain of a partition broke.</summary>
internal sealed class ProducerIdentity(long producerId, short epoch, int firstSequence = 0)
{
    private readonly Dictionary<LogKey, int> _nextSequences = [];

    internal long ProducerId => producerId;

    internal short Epoch => epoch;

    /// <summary>Gives a batch its sequence.</summary>
    internal int Take(LogKey key, int records)
    {
        var sequence = _nextSequences.GetValueOrDefault(key, firstSequence);
        _nextSequences[key] = RecordBatchHeader.SequenceAfter(sequence, records);
        return sequence;
    }

    /// <summary>The batch with that sequence was refused and none after it was sent: the next batch takes its place.</summary>
    internal void GiveBack(LogKey key, int sequence) => _nextSequences[key] = sequence;
}
