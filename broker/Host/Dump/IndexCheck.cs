using System.Buffers.Binary;
using Deterministic.Protocol.Records;

namespace Deterministic.Host.Dump;

/// <summary>Says what is wrong with an offset or time index: entries that do not go up, or that lead to another place of the log. Stateless.</summary>
internal static class IndexCheck
{
    private const int OffsetEntryBytes = 8;
    private const int TimeEntryBytes = 12;
    private const int ProblemsMax = 100;

    /// <summary>The problems of an index; with its log beside it, also those that only the log shows.</summary>
    internal static IReadOnlyList<string> Of(string path, bool withLog)
    {
        var problems = new List<string>();
        var isTime = Path.GetExtension(path) == ".timeindex";
        var entryBytes = isTime ? TimeEntryBytes : OffsetEntryBytes;
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length % entryBytes != 0)
        {
            problems.Add($"{path} has {bytes.Length} bytes, which is no multiple of {entryBytes}");
        }

        using var log = withLog && !isTime ? new FileStream(Path.ChangeExtension(path, ".log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
        var baseOffset = IndexDump.BaseOffsetOf(path);
        var last = (First: -1L, Second: -1L);
        for (var at = 0; at + entryBytes <= bytes.Length && problems.Count < ProblemsMax; at += entryBytes)
        {
            var entry = bytes.AsSpan(at, entryBytes);
            if (at > 0 && entry.IndexOfAnyExcept((byte)0) < 0)
            {
                break; // Indexes are made at their full size.
            }

            var current = isTime
                ? (First: BinaryPrimitives.ReadInt64BigEndian(entry), Second: (long)BinaryPrimitives.ReadInt32BigEndian(entry[8..]))
                : (First: BinaryPrimitives.ReadInt32BigEndian(entry), Second: BinaryPrimitives.ReadInt32BigEndian(entry[4..]));
            if (at > 0 && (current.First <= last.First || current.Second <= last.Second))
            {
                problems.Add($"entry {at / entryBytes} ({current.First}, {current.Second}) does not lie above the one before ({last.First}, {last.Second})");
            }

            if (log is not null)
            {
                CompareWithLog(log, baseOffset + current.First, current.Second, problems);
            }

            last = current;
        }

        return problems;
    }

    private static void CompareWithLog(FileStream log, long offset, long position, List<string> problems)
    {
        var header = new byte[RecordBatchHeader.SizeBytes];
        log.Position = Math.Min(position, log.Length);
        if (log.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            problems.Add($"Index offset: {offset}, position {position} lies behind the end of the log ({log.Length} bytes)");
            return;
        }

        var batch = new RecordBatchHeader(header);
        if (offset < batch.BaseOffset || offset > batch.BaseOffset + batch.LastOffsetDelta)
        {
            problems.Add($"Index offset: {offset}, log offset: {batch.BaseOffset} to {batch.BaseOffset + batch.LastOffsetDelta} at position {position}");
        }
    }
}
