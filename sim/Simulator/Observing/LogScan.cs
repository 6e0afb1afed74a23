using Deterministic.Protocol.Records;
using Deterministic.Simulator.Disks;
using Deterministic.Storage;

namespace Deterministic.Simulator.Observing;

/// <summary>The files of a log's segments as they are now, read from the first byte to the last. Lives for one look.</summary>
internal sealed class LogScan
{
    private LogScan(List<SegmentContent> segments)
    {
        Segments = segments;
        Batches = [.. segments.SelectMany(segment => segment.Batches)];
        Problem = segments.Select(segment => segment.Problem).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>In order.</summary>
    internal IReadOnlyList<SegmentContent> Segments { get; }

    /// <summary>Those of all segments.</summary>
    internal IReadOnlyList<KnownBatch> Batches { get; }

    /// <summary>The first thing that is wrong with the files; null when nothing is.</summary>
    internal string? Problem { get; }

    /// <summary>Reads what the segments that the broker knows hold.</summary>
    internal static LogScan Of(DiskWitness disk, PartitionLog log, long nowMs)
    {
        var segments = new List<SegmentContent>();
        foreach (var segment in log.Segments)
        {
            segments.Add(Read(disk, segment.LogPath, segment.BaseOffset, segment.SizeBytes, nowMs));
        }

        return new LogScan(segments);
    }

    private static SegmentContent Read(DiskWitness disk, string path, long baseOffset, int sizeBytes, long nowMs)
    {
        var bytes = new byte[sizeBytes];
        var count = disk.Read(path, 0, bytes);
        var batches = new List<KnownBatch>();
        var position = 0;
        var problem = disk.LengthOf(path) != sizeBytes
            ? $"{path} has {disk.LengthOf(path)} bytes, the log says {sizeBytes}"
            : null;
        while (position < count && problem is null)
        {
            problem = ProblemAt(bytes.AsSpan(position, count - position), path, position);
            if (problem is null)
            {
                var batch = KnownBatch.Of(bytes.AsSpan(position, count - position), baseOffset, position, nowMs);
                batches.Add(batch);
                position += batch.SizeBytes;
            }
        }

        return new SegmentContent(baseOffset, path, bytes, batches, problem);
    }

    private static string? ProblemAt(ReadOnlySpan<byte> rest, string path, int position)
    {
        if (rest.Length < RecordBatchHeader.SizeBytes)
        {
            return $"{path}: {rest.Length} bytes at position {position} are no batch";
        }

        var header = new RecordBatchHeader(rest);
        if (header.Magic != RecordBatchHeader.CurrentMagic || header.TotalBytes < RecordBatchHeader.SizeBytes || header.TotalBytes > rest.Length)
        {
            return $"{path}: at position {position} stands a batch of {header.TotalBytes} bytes and magic {header.Magic}; {rest.Length} bytes are left";
        }

        return new RecordBatchView(rest[..(int)header.TotalBytes]).IsCrcValid
            ? null
            : $"{path}: the batch at offset {header.BaseOffset}, position {position}, does not have the CRC that it states";
    }
}
