namespace Deterministic.Simulator.Observing;

/// <summary>What one segment's file holds, batch by batch. Lives for one look.</summary>
/// <param name="BaseOffset">From its name.</param>
/// <param name="Path">Of the log file.</param>
/// <param name="Bytes">The file up to where the broker says it ends.</param>
/// <param name="Batches">The whole batches from its beginning on.</param>
/// <param name="Problem">Why the batches end before the bytes do; null when they do not.</param>
internal sealed record SegmentContent(
    long BaseOffset, string Path, byte[] Bytes, IReadOnlyList<KnownBatch> Batches, string? Problem);
