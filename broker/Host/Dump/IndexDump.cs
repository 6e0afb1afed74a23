using System.Buffers.Binary;
using System.Globalization;
using Deterministic.Protocol.Records;

namespace Deterministic.Host.Dump;

/// <summary>Prints the files beside a segment: offset, time and transaction index, producer snapshot, in the words of kafka-dump-log. Stateless.</summary>
internal static class IndexDump
{
    private const int OffsetEntryBytes = 8;
    private const int TimeEntryBytes = 12;
    private const int TransactionEntryBytes = 34;
    private const int SnapshotHeaderBytes = 10;
    private const int SnapshotEntryBytes = 46;

    /// <summary>Prints an offset index. Entries behind the last are zero, since indexes are made at their full size.</summary>
    public static void PrintOffsets(string path, DumpWriter output)
    {
        var baseOffset = BaseOffsetOf(path);
        foreach (var entry in Entries(path, OffsetEntryBytes))
        {
            output.Write("", ("offset", baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry)), ("position", BinaryPrimitives.ReadInt32BigEndian(entry.AsSpan(4))));
        }
    }

    /// <summary>Prints a time index.</summary>
    public static void PrintTimes(string path, DumpWriter output)
    {
        var baseOffset = BaseOffsetOf(path);
        foreach (var entry in Entries(path, TimeEntryBytes))
        {
            output.Write("", ("timestamp", BinaryPrimitives.ReadInt64BigEndian(entry)), ("offset", baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry.AsSpan(8))));
        }
    }

    /// <summary>Prints a transaction index.</summary>
    public static void PrintTransactions(string path, DumpWriter output)
    {
        foreach (var entry in Entries(path, TransactionEntryBytes))
        {
            output.Write(
                "",
                ("version", BinaryPrimitives.ReadInt16BigEndian(entry)), ("producerId", BinaryPrimitives.ReadInt64BigEndian(entry.AsSpan(2))),
                ("firstOffset", BinaryPrimitives.ReadInt64BigEndian(entry.AsSpan(10))), ("lastOffset", BinaryPrimitives.ReadInt64BigEndian(entry.AsSpan(18))),
                ("lastStableOffset", BinaryPrimitives.ReadInt64BigEndian(entry.AsSpan(26))));
        }
    }

    /// <summary>Prints a producer snapshot.</summary>
    public static void PrintProducers(string path, DumpWriter output)
    {
        var bytes = File.ReadAllBytes(path);
        for (var at = SnapshotHeaderBytes; at + SnapshotEntryBytes <= bytes.Length; at += SnapshotEntryBytes)
        {
            var entry = bytes.AsSpan(at);
            var (lastOffset, firstOffset) = (BinaryPrimitives.ReadInt64BigEndian(entry[14..]), BinaryPrimitives.ReadInt64BigEndian(entry[38..]));
            List<(string, object)> fields =
            [
                ("producerId", BinaryPrimitives.ReadInt64BigEndian(entry)), ("producerEpoch", BinaryPrimitives.ReadInt16BigEndian(entry[8..])),
                ("coordinatorEpoch", BinaryPrimitives.ReadInt32BigEndian(entry[34..])),
                ("currentTxnFirstOffset", firstOffset < 0 ? "OptionalLong.empty" : $"OptionalLong[{firstOffset}]"),
                ("lastTimestamp", BinaryPrimitives.ReadInt64BigEndian(entry[26..])),
            ];
            if (lastOffset >= 0)
            {
                var (lastSequence, delta) = (BinaryPrimitives.ReadInt32BigEndian(entry[10..]), BinaryPrimitives.ReadInt32BigEndian(entry[22..]));
                fields.AddRange(
                [
                    ("firstSequence", RecordBatchHeader.SequenceAfter(lastSequence, -delta)), ("lastSequence", lastSequence), ("lastOffset", lastOffset),
                    ("offsetDelta", delta), ("timestamp", BinaryPrimitives.ReadInt64BigEndian(entry[26..])),
                ]);
            }

            output.Write("", [.. fields]);
        }
    }

    private static IEnumerable<byte[]> Entries(string path, int entryBytes)
    {
        using var file = File.OpenRead(path);
        var entry = new byte[entryBytes];
        for (var isFirst = true; file.ReadAtLeast(entry, entryBytes, throwOnEndOfStream: false) == entryBytes; isFirst = false)
        {
            if (!isFirst && entry.All(value => value == 0))
            {
                yield break;
            }

            yield return entry;
        }
    }

    internal static long BaseOffsetOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0;
}
