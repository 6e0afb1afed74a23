using System.Buffers.Binary;

namespace Deterministic.Protocol.Records;

/// <summary>One whole record batch v2, seen in place. Lives as long as the bytes.</summary>
public readonly ref struct RecordBatchView
{
    /// <summary>A view on exactly the bytes of a batch.</summary>
    /// <exception cref="InvalidRecordException">Fewer than a header, another length than stated, or another magic than 2.</exception>
    public RecordBatchView(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < RecordBatchHeader.SizeBytes)
        {
            throw new InvalidRecordException(
                ErrorCode.CorruptMessage,
                $"a record batch has {bytes.Length} bytes; its header alone has {RecordBatchHeader.SizeBytes}");
        }

        var header = new RecordBatchHeader(bytes);
        if (header.TotalBytes != bytes.Length || header.Magic != RecordBatchHeader.CurrentMagic)
        {
            throw new InvalidRecordException(
                ErrorCode.CorruptMessage,
                $"a record batch of {bytes.Length} bytes states {header.TotalBytes} bytes and magic {header.Magic}; "
                + $"this broker reads magic {RecordBatchHeader.CurrentMagic}");
        }

        Bytes = bytes;
    }

    /// <summary>All its bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Its header.</summary>
    public RecordBatchHeader Header => new(Bytes);

    /// <summary>What stands behind the header: the records, compressed as a whole if the attributes say so.</summary>
    public ReadOnlySpan<byte> RecordBytes => Bytes[RecordBatchHeader.SizeBytes..];

    /// <summary>Whether the checksum fits.</summary>
    public bool IsCrcValid => ComputeCrc(Bytes) == Header.Crc;

    /// <summary>The records of an uncompressed batch.</summary>
    /// <exception cref="InvalidRecordException">It is compressed; open it with <see cref="OpenedBatch"/>.</exception>
    public RecordReader Records => Header.Attributes.Codec == CompressionCodec.None
        ? new RecordReader(RecordBytes, Header.RecordCount)
        : throw new InvalidRecordException($"the batch at offset {Header.BaseOffset} is compressed");

    /// <summary>The checksum that the bytes of a batch should have.</summary>
    public static uint ComputeCrc(ReadOnlySpan<byte> batch) =>
        Crc32C.Compute(batch[RecordBatchHeader.CrcCoveragePosition..]);

    /// <summary>Computes and sets the checksum of a batch.</summary>
    public static void SealCrc(Span<byte> batch) =>
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchHeader.CrcPosition..], ComputeCrc(batch));
}
