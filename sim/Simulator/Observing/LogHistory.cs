using Deterministic.Kernel;

namespace Deterministic.Simulator.Observing;

/// <summary>
/// Every batch that one log was ever given, in the order of its offsets, whatever retention and compaction have taken away
/// since. Survives the lives of the broker; owned by the watched log.
/// </summary>
internal sealed class LogHistory
{
    private readonly List<KnownBatch> _batches = [];

    internal IReadOnlyList<KnownBatch> Batches => _batches;

    /// <summary>Behind the last batch.</summary>
    internal long EndOffset { get; private set; }

    /// <summary>Whoever replays the history can tell by it that what was replayed is not the history any more.</summary>
    internal int Cuts { get; private set; }

    internal void Add(in KnownBatch batch)
    {
        Check.That(batch.BaseOffset >= EndOffset, $"batch {batch} is remembered behind offset {EndOffset}");
        _batches.Add(batch);
        EndOffset = batch.LastOffset + 1;
    }

    /// <summary>The same batches lie elsewhere now: in other segments, at other positions.</summary>
    internal void Relocate(IEnumerable<KnownBatch> found)
    {
        foreach (var batch in found)
        {
            if (Holds(batch))
            {
                var index = IndexFrom(batch.BaseOffset);
                _batches[index] = _batches[index] with { SegmentBase = batch.SegmentBase, Position = batch.Position };
            }
        }
    }

    /// <summary>Forgets what reaches to or beyond the offset.</summary>
    internal void CutTo(long offset)
    {
        var kept = IndexFrom(offset);
        if (kept < _batches.Count)
        {
            _batches.RemoveRange(kept, _batches.Count - kept);
            Cuts++;
        }

        EndOffset = Math.Min(EndOffset, offset);
    }

    /// <summary>Whether it holds that very batch.</summary>
    internal bool Holds(in KnownBatch batch)
    {
        var index = IndexFrom(batch.BaseOffset);
        return index < _batches.Count && _batches[index].IsSame(batch);
    }

    /// <summary>Position of the first batch that reaches to or beyond the offset.</summary>
    internal int IndexFrom(long offset)
    {
        var low = 0;
        var high = _batches.Count;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_batches[middle].LastOffset < offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
