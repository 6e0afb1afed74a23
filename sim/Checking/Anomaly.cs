using Deterministic.Checking.Histories;

namespace Deterministic.Checking;

/// <summary>One thing that should not be in a history, or that is worth knowing. Immutable, owned by its verdict.</summary>
/// <param name="Name">One of <see cref="AnomalyNames"/>.</param>
/// <param name="Class">Whether it counts.</param>
/// <param name="Explanation">One sentence for people.</param>
public sealed record Anomaly(string Name, AnomalyClass Class, string Explanation)
{
    /// <summary>The log where it was seen, if it was in one.</summary>
    public LogKey? Key { get; init; }

    /// <summary>The values concerned; what they are depends on the name. At most <see cref="CheckOptions.ListMax"/>.</summary>
    public IReadOnlyList<long> Values { get; init; } = [];

    /// <summary>The offsets concerned, in the same manner.</summary>
    public IReadOnlyList<long> Offsets { get; init; } = [];

    /// <summary>Indices of the ops concerned (completions), in the same manner.</summary>
    public IReadOnlyList<int> Ops { get; init; } = [];

    /// <summary>Position in the log's dense order (known offsets counted from 0), where the name has one.</summary>
    public int? Index { get; init; }

    /// <summary>Steps between two records in the dense order; 1 is the next record, 0 the same, less is backwards.</summary>
    public int? Delta { get; init; }

    /// <summary>How many values or ops there were before the lists were cut.</summary>
    public int Count { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Class}): {Explanation}";
}
