namespace Deterministic.Checking.Histories;

/// <summary>The input record of an exactly-once pipeline, by its log and value; part of a <see cref="SendMop"/>.</summary>
public readonly record struct RecordSource(LogKey Key, long Value);
