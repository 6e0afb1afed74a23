namespace Deterministic.Simulator.Runs;

/// <summary>How often each <see cref="Kernel.Mark"/> of the broker was hit in a run. Owned by the run.</summary>
internal sealed class MarkCounts
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<string, long> Counts => _counts;

    internal void Hit(string name) => _counts[name] = _counts.GetValueOrDefault(name) + 1;
}
