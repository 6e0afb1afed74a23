using Deterministic.Simulator.Runs;

namespace Deterministic.Runner.Running;

/// <summary>What came of a seed, and how long it took. Lives until its line is printed: a result holds a whole history.</summary>
internal sealed record SeedOutcome
{
    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What the simulator said, or null when it threw.</summary>
    public RunResult? Result { get; init; }

    /// <summary>What the simulator threw, or null.</summary>
    public Exception? Error { get; init; }

    /// <summary>Real time that the run took.</summary>
    public required TimeSpan Wall { get; init; }

    /// <summary>What is said of it.</summary>
    public Verdict Verdict => Result is null ? Verdict.Error : Result.IsOk ? Verdict.Ok : Verdict.Fail;

    /// <summary>What was violated, or null.</summary>
    public Violation? Violation => Result?.Violation;
}
