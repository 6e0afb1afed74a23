using System.Buffers.Binary;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <summary><c>.snapshot</c>, version 1: version, CRC32C of what follows, count, 46 bytes a producer. Stateless.</summary>
internal static class ProducerSnapshotFile
{
    private const short Version = 1;
    private const int HeaderBytes = 10;
    private const int CrcCoveragePosition = 6;
    private const int EntryBytes = 46;

    /// <summary>Writes the file and hands it out open, to be flushed and closed by the caller.</summary>
    internal static IFile Write(IDisk disk, string path, ProducerStateTable table)
    {
        var bytes = new byte[HeaderBytes + (table.Count * EntryBytes)];
        var span = bytes.AsSpan();
        BinaryPrimitives.WriteInt16BigEndian(span, Version);
        BinaryPrimitives.WriteInt32BigEndian(span[6..], table.Count);
        var entry = span[HeaderBytes..];
        foreach (var state in table.Producers)
        {
            var last = state.LastBatch;
            BinaryPrimitives.WriteInt64BigEndian(entry, state.ProducerId);
            BinaryPrimitives.WriteInt16BigEndian(entry[8..], state.ProducerEpoch);
            BinaryPrimitives.WriteInt32BigEndian(entry[10..], last.LastSequence);
            BinaryPrimitives.WriteInt64BigEndian(entry[14..], last.LastOffset);
            BinaryPrimitives.WriteInt32BigEndian(entry[22..], last.OffsetDelta);
            BinaryPrimitives.WriteInt64BigEndian(entry[26..], state.LastTimestamp);
            BinaryPrimitives.WriteInt32BigEndian(entry[34..], state.CoordinatorEpoch);
            BinaryPrimitives.WriteInt64BigEndian(entry[38..], state.TransactionFirstOffset);
            entry = entry[EntryBytes..];
        }

        BinaryPrimitives.WriteUInt32BigEndian(span[2..], Crc32C.Compute(span[CrcCoveragePosition..]));
        var file = disk.Open(path, FileOpening.Empty);
        file.Write(0, bytes);
        return file;
    }

    /// <summary>Fills the table from a snapshot; false, with the table empty, when the file is not whole.</summary>
    internal static bool TryRead(IDisk disk, string path, ProducerStateTable table, long offset, long nowMs)
    {
        table.Clear(offset);
        var bytes = AtomicFile.ReadOrNull(disk, path);
        if (bytes is null || bytes.Length < HeaderBytes)
        {
            return false;
        }

        var span = bytes.AsSpan();
        var count = BinaryPrimitives.ReadInt32BigEndian(span[6..]);
        if (BinaryPrimitives.ReadInt16BigEndian(span) != Version
            || count < 0 || HeaderBytes + ((long)count * EntryBytes) != bytes.Length
            || BinaryPrimitives.ReadUInt32BigEndian(span[2..]) != Crc32C.Compute(span[CrcCoveragePosition..]))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            table.Restore(ReadEntry(span.Slice(HeaderBytes + (i * EntryBytes), EntryBytes)), nowMs);
        }

        return true;
    }

    private static ProducerState ReadEntry(ReadOnlySpan<byte> entry)
    {
        var state = new ProducerState(BinaryPrimitives.ReadInt64BigEndian(entry))
        {
            LastTimestamp = BinaryPrimitives.ReadInt64BigEndian(entry[26..]),
            CoordinatorEpoch = BinaryPrimitives.ReadInt32BigEndian(entry[34..]),
            TransactionFirstOffset = BinaryPrimitives.ReadInt64BigEndian(entry[38..]),
        };
        state.SetEpoch(BinaryPrimitives.ReadInt16BigEndian(entry[8..]));
        var lastOffset = BinaryPrimitives.ReadInt64BigEndian(entry[14..]);
        if (lastOffset >= 0)
        {
            state.AddBatch(new ProducerBatch(
                BinaryPrimitives.ReadInt32BigEndian(entry[10..]),
                lastOffset,
                BinaryPrimitives.ReadInt32BigEndian(entry[22..]),
                state.LastTimestamp));
        }

        return state;
    }
}
