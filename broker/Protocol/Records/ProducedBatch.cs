using System.Buffers.Binary;
using Deterministic.Kernel;
using Deterministic.Protocol.Compression;

namespace Deterministic.Protocol.Records;

/// <summary>What a produced batch must be before its records are looked at.</summary>
internal static class ProducedBatch
{
    private const short ZstdSinceVersion = 7;
    private const int LegacyOverheadBytes = 14;

    /// <summary>The size of the one batch that the record set must hold. A cut-off batch behind it is not looked at.</summary>
    internal static int SizeOfOnly(ReadOnlySpan<byte> records, short produceVersion)
    {
        var size = SizeOfNext(records);
        if (size == 0)
        {
            Mark.Hit("produced-batch.not-whole");
            throw new InvalidRecordException("a produce request must have one whole record batch for each partition");
        }

        if (records[RecordBatchHeader.MagicPosition] != RecordBatchHeader.CurrentMagic)
        {
            Mark.Hit("produced-batch.magic-old");
            throw new InvalidRecordException(
                $"a produce request must have record batches of magic {RecordBatchHeader.CurrentMagic}, "
                + $"not {records[RecordBatchHeader.MagicPosition]}");
        }

        if (size >= RecordBatchHeader.SizeBytes)
        {
            CheckCodec(new RecordBatchHeader(records).Attributes.Codec, produceVersion);
        }

        return SizeOfNext(records[size..]) == 0
            ? size
            : throw new InvalidRecordException("a produce request must have exactly one record batch for each partition");
    }

    /// <summary>Checks everything that the header and the checksum tell.</summary>
    internal static void CheckHeader(ReadOnlySpan<byte> batch, int maxMessageBytes)
    {
        var baseOffset = BinaryPrimitives.ReadInt64BigEndian(batch);
        if (baseOffset != 0)
        {
            Mark.Hit("produced-batch.base-offset-not-0");
            throw new InvalidRecordException($"a produced batch has base offset {baseOffset}; it must be 0");
        }

        if (batch.Length > maxMessageBytes)
        {
            Mark.Hit("produced-batch.too-large");
            throw TooLarge(batch.Length, maxMessageBytes);
        }

        var view = new RecordBatchView(batch);
        if (!view.IsCrcValid)
        {
            Mark.Hit("produced-batch.crc-wrong");
            throw new InvalidRecordException(
                ErrorCode.CorruptMessage,
                $"the record batch states CRC {view.Header.Crc:x8}; its bytes have {RecordBatchView.ComputeCrc(batch):x8}");
        }

        CheckNumbers(view.Header);
    }

    internal static InvalidRecordException TooLarge(int sizeBytes, int maxMessageBytes) => new(
        ErrorCode.MessageTooLarge,
        $"the record batch has {sizeBytes} bytes; max.message.bytes of the topic is {maxMessageBytes}");

    private static void CheckNumbers(RecordBatchHeader header)
    {
        var spanned = (long)header.LastOffsetDelta + 1;
        if (header.RecordCount <= 0 || spanned != header.RecordCount)
        {
            Mark.Hit("produced-batch.counts-wrong");
            throw new InvalidRecordException(
                $"the record batch states {header.RecordCount} records and last offset delta {header.LastOffsetDelta}; "
                + "it must have records, and one for each offset");
        }

        if (header.Attributes.IsControl)
        {
            Mark.Hit("produced-batch.control");
            throw new InvalidRecordException("clients must not write control records");
        }

        if (header.HasProducerId && header.BaseSequence < 0)
        {
            Mark.Hit("produced-batch.sequence-negative");
            throw new InvalidRecordException(
                $"the record batch of producer id {header.ProducerId} has sequence {header.BaseSequence}; it must not be negative");
        }
    }

    private static void CheckCodec(CompressionCodec codec, short produceVersion)
    {
        if (!BatchCodecs.IsKnown(codec))
        {
            Mark.Hit("produced-batch.codec-unknown");
            throw new InvalidRecordException(ErrorCode.UnsupportedCompressionType, $"no codec has number {(int)codec}");
        }

        if (codec == CompressionCodec.Zstd && produceVersion < ZstdSinceVersion)
        {
            throw new InvalidRecordException(
                ErrorCode.UnsupportedCompressionType,
                $"produce requests of version {produceVersion} must not use zstd; those from version {ZstdSinceVersion} on may");
        }
    }

    /// <summary>What is wrong with size or magic of the first batch, or null: then it is whole, or there is none.</summary>
    internal static InvalidRecordException? WhyUnreadable(ReadOnlySpan<byte> records)
    {
        if (records.Length < RecordBatchHeader.LogOverheadBytes)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(records[8..]);
        if (length < LegacyOverheadBytes)
        {
            return new InvalidRecordException(
                ErrorCode.CorruptMessage, $"Record size {length} is less than the minimum record overhead ({LegacyOverheadBytes})");
        }

        if (records.Length <= RecordBatchHeader.MagicPosition)
        {
            return null;
        }

        var magic = (sbyte)records[RecordBatchHeader.MagicPosition];
        if (magic is >= 0 and <= RecordBatchHeader.CurrentMagic)
        {
            return null;
        }

        Mark.Hit("produced-batch.magic-unknown");
        return new InvalidRecordException(ErrorCode.CorruptMessage, $"Invalid magic found in record: {magic}");
    }

    // The size of the next batch of any magic that is wholly there, 0 for none.
    private static int SizeOfNext(ReadOnlySpan<byte> records)
    {
        if (WhyUnreadable(records) is { } refusal)
        {
            throw refusal;
        }

        if (records.Length <= RecordBatchHeader.MagicPosition)
        {
            return 0;
        }

        var total = (long)RecordBatchHeader.LogOverheadBytes + BinaryPrimitives.ReadInt32BigEndian(records[8..]);
        return total <= records.Length ? (int)total : 0;
    }
}
