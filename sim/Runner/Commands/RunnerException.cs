namespace Deterministic.Runner.Commands;

/// <summary>A command was called wrongly or cannot do what was asked; the message says what to try.</summary>
internal sealed class RunnerException(string message, Exception? cause = null) : Exception(message, cause);
