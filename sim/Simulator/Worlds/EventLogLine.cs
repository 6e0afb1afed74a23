namespace Deterministic.Simulator.Worlds;

/// <summary>Something that happened: when (microseconds of world time), at which step, to whom, and what.</summary>
public readonly record struct EventLogLine(long AtUs, long Step, string Who, string Text)
{
    /// <summary>The node that sent what arrived at <see cref="Who"/>; null for what is not a message.</summary>
    public string? From { get; init; }

    /// <summary>When it was sent, in microseconds of world time.</summary>
    public long SentAtUs { get; init; }
}
