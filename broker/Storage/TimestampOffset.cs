namespace Deterministic.Storage;

/// <summary>A record's timestamp, offset and leader epoch (-1 when unknown).</summary>
public readonly record struct TimestampOffset(long Timestamp, long Offset, int LeaderEpoch);
