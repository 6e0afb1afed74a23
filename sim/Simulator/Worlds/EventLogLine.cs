namespace Deterministic.Simulator.Worlds;

/// <summary>Something that happened: when (microseconds of world time), at which step, to whom, and what.</summary>
public readonly record struct EventLogLine(long AtUs, long Step, string Who, string Text);
