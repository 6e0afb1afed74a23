namespace Deterministic.Kernel.Ports;

/// <summary>How a flush ended: <paramref name="error"/> is null when everything written before it is durable.</summary>
public delegate void FlushCompletion(object? state, IOException? error);
