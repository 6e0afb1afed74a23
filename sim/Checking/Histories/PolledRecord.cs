namespace Deterministic.Checking.Histories;

/// <summary>A record as a consumer got it; part of a <see cref="PollMop"/>.</summary>
public readonly record struct PolledRecord(LogKey Key, long Offset, long Value);
