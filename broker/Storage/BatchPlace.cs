namespace Deterministic.Storage;

/// <summary>Where a batch stands in its segment.</summary>
internal readonly record struct BatchPlace(long BaseOffset, long LastOffset, int Position, int SizeBytes, long MaxTimestamp)
{
    internal int EndPosition => Position + SizeBytes;
}
