using System.Buffers.Binary;
using Deterministic.Protocol;
using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// What every record of a run says about itself: which value of the history it is, where it was sent, when and how, and a
/// checksum over all of the record. A value.
/// </summary>
internal readonly record struct RecordStamp(long Value, int Topic, int Partition, Uuid TopicId, long TimestampMs, bool IsSentByName)
{
    /// <summary>Bytes of a stamp with its checksum.</summary>
    internal const int SizeBytes = 1 + 8 + 4 + 4 + Uuid.SizeBytes + 8 + 8;

    private const int ChecksumPosition = SizeBytes - 8;
    private const byte ByNameBit = 1;
    private const byte Mark = 0xA0;

    /// <summary>Writes the stamp; the checksum covers it and what the rest of the record hashes to.</summary>
    internal void Write(Span<byte> bytes, ulong restHash)
    {
        bytes[0] = (byte)(Mark | (IsSentByName ? ByNameBit : 0));
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], Value);
        BinaryPrimitives.WriteInt32BigEndian(bytes[9..], Topic);
        BinaryPrimitives.WriteInt32BigEndian(bytes[13..], Partition);
        TopicId.Write(bytes[17..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[33..], TimestampMs);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[ChecksumPosition..], Hash(restHash, bytes[..ChecksumPosition]));
    }

    /// <summary>Reads a stamp; false when it is none or does not fit to the rest of the record.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, ulong restHash, out RecordStamp stamp)
    {
        stamp = default;
        if (bytes.Length < SizeBytes || (bytes[0] & ~ByNameBit) != Mark
            || BinaryPrimitives.ReadUInt64BigEndian(bytes[ChecksumPosition..]) != Hash(restHash, bytes[..ChecksumPosition]))
        {
            return false;
        }

        stamp = new RecordStamp(
            BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadInt32BigEndian(bytes[9..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[13..]), Uuid.Read(bytes[17..]), BinaryPrimitives.ReadInt64BigEndian(bytes[33..]),
            (bytes[0] & ByNameBit) != 0);
        return true;
    }

    /// <summary>Goes on with a hash over bytes.</summary>
    internal static ulong Hash(ulong hash, ReadOnlySpan<byte> bytes)
    {
        hash ^= (ulong)bytes.Length << 32;
        while (bytes.Length >= 8)
        {
            hash = SeededChooser.Mix(hash ^ BinaryPrimitives.ReadUInt64BigEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 0x100000001B3UL;
        }

        return SeededChooser.Mix(hash);
    }
}
