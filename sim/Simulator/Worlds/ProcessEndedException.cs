namespace Deterministic.Simulator.Worlds;

/// <summary>Thrown by the ports of a process that was made to end, so that the code on the stack goes no further.</summary>
public sealed class ProcessEndedException(string message) : Exception(message);
