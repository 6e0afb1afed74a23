namespace Deterministic.Checking.Histories;

/// <summary>
/// Asks for the ends of a log; owned by its op. Offsets: the first record, the last stable offset and the high watermark.
/// Only those of an ok completion mean something.
/// </summary>
public sealed record LogOffsetsMop(LogKey Key, long LogStart = 0, long LastStable = 0, long HighWatermark = 0) : Mop;
