namespace Deterministic.Simulator.Exploring;

/// <summary>How a batch of runs ended. Immutable.</summary>
/// <param name="RunsPassed">Runs that reached their end.</param>
/// <param name="Failure">What the first run that failed has thrown; null when all passed.</param>
/// <param name="FailedTrace">The choices of that run, for <see cref="Choosing.TraceChooser"/>; empty when all passed.</param>
public sealed record ExplorationReport(int RunsPassed, Exception? Failure, IReadOnlyList<int> FailedTrace);
