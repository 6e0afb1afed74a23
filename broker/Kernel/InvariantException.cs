namespace Deterministic.Kernel;

/// <summary>An invariant of the broker does not hold. Never caught to continue: the process stops.</summary>
public sealed class InvariantException(string message) : Exception("Invariant broken: " + message);
