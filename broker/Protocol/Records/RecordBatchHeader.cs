using System.Buffers.Binary;

namespace Deterministic.Protocol.Records;

/// <summary>
/// The 61 bytes in front of a record batch v2 (KIP-98), seen in place. The CRC covers everything from the attributes on,
/// so the broker may set base offset and leader epoch without touching it. Lives as long as the bytes.
/// </summary>
public readonly ref struct RecordBatchHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int SizeBytes = 61;

    /// <summary>Bytes in front of what the length field counts: base offset and length.</summary>
    public const int LogOverheadBytes = 12;

    /// <summary>Where the magic byte is, in every version of the format.</summary>
    public const int MagicPosition = 16;

    /// <summary>Where the CRC is.</summary>
    public const int CrcPosition = 17;

    /// <summary>Where the part that the CRC covers begins.</summary>
    public const int CrcCoveragePosition = 21;

    /// <summary>The only magic that is written today.</summary>
    public const sbyte CurrentMagic = 2;

    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>A view on bytes of which at least <see cref="SizeBytes"/> are there.</summary>
    public RecordBatchHeader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes[..SizeBytes];
    }

    /// <summary>Offset of the first record.</summary>
    public long BaseOffset => BinaryPrimitives.ReadInt64BigEndian(_bytes);

    /// <summary>Bytes of the batch behind the first <see cref="LogOverheadBytes"/>.</summary>
    public int BatchLength => BinaryPrimitives.ReadInt32BigEndian(_bytes[8..]);

    /// <summary>Bytes of the whole batch.</summary>
    public long TotalBytes => (long)LogOverheadBytes + BatchLength;

    /// <summary>Leader epoch in which the leader appended it.</summary>
    public int PartitionLeaderEpoch => BinaryPrimitives.ReadInt32BigEndian(_bytes[12..]);

    /// <summary>Version of the format.</summary>
    public sbyte Magic => (sbyte)_bytes[MagicPosition];

    /// <summary>CRC32C of everything from <see cref="CrcCoveragePosition"/> on.</summary>
    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(_bytes[17..]);

    /// <summary>Codec, timestamp type and flags.</summary>
    public BatchAttributes Attributes => new(BinaryPrimitives.ReadInt16BigEndian(_bytes[21..]));

    /// <summary>Offset of the last record, relative to <see cref="BaseOffset"/>; kept by compaction, so records may be fewer.</summary>
    public int LastOffsetDelta => BinaryPrimitives.ReadInt32BigEndian(_bytes[23..]);

    /// <summary>Offset of the last record.</summary>
    public long LastOffset => BaseOffset + LastOffsetDelta;

    /// <summary>What the timestamp deltas of the records count from (or the delete horizon, if the attributes say so).</summary>
    public long BaseTimestamp => BinaryPrimitives.ReadInt64BigEndian(_bytes[27..]);

    /// <summary>The latest timestamp in the batch, or the append time.</summary>
    public long MaxTimestamp => BinaryPrimitives.ReadInt64BigEndian(_bytes[35..]);

    /// <summary>Producer id, or -1.</summary>
    public long ProducerId => BinaryPrimitives.ReadInt64BigEndian(_bytes[43..]);

    /// <summary>Producer epoch, or -1.</summary>
    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(_bytes[51..]);

    /// <summary>Sequence of the first record, or -1.</summary>
    public int BaseSequence => BinaryPrimitives.ReadInt32BigEndian(_bytes[53..]);

    /// <summary>Number of records.</summary>
    public int RecordCount => BinaryPrimitives.ReadInt32BigEndian(_bytes[57..]);

    /// <summary>Whether a producer id is given.</summary>
    public bool HasProducerId => ProducerId >= 0;

    /// <summary>Sequence of the last record; it wraps from <see cref="int.MaxValue"/> to 0.</summary>
    public int LastSequence => BaseSequence < 0 ? -1 : SequenceAfter(BaseSequence, LastOffsetDelta);

    /// <summary><paramref name="sequence"/> plus <paramref name="count"/>, wrapped.</summary>
    public static int SequenceAfter(int sequence, int count) => (int)(((long)sequence + count) & int.MaxValue);

    /// <summary>Sets the base offset in place.</summary>
    public static void SetBaseOffset(Span<byte> batch, long baseOffset) =>
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);

    /// <summary>Sets the leader epoch in place.</summary>
    public static void SetPartitionLeaderEpoch(Span<byte> batch, int leaderEpoch) =>
        BinaryPrimitives.WriteInt32BigEndian(batch[12..], leaderEpoch);
}
