namespace Deterministic.Tests.Shared;

/// <summary>A line of offsets.tsv.</summary>
public sealed record GoldenOffsets(
    string Topic, int Partition, long LogStart, long HighWatermark, long LastStable, long MaxTimestamp, long MaxTimestampOffset);
