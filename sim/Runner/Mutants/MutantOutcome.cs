namespace Deterministic.Runner.Mutants;

/// <summary>What came of a mutant. Immutable.</summary>
internal sealed record MutantOutcome
{
    /// <summary>The mutant.</summary>
    public required Mutant Mutant { get; init; }

    /// <summary>Why it could not be tried (it does not apply, does not build, its runner broke), or null.</summary>
    public string? Error { get; init; }

    /// <summary>Seeds that were run, the one that found it included.</summary>
    public long Seeds { get; init; }

    /// <summary>Time of one core that they took, in seconds.</summary>
    public double CoreSeconds { get; init; }

    /// <summary>The seed that found it, or null.</summary>
    public ulong? Seed { get; init; }

    /// <summary>What that seed violated, or null.</summary>
    public string? Invariant { get; init; }

    /// <summary>Found, survived or error.</summary>
    public string State => Error is not null ? "error" : Seed is null ? "survived" : "found";
}
