using System.Globalization;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;

namespace Deterministic.Host.Dump;

/// <summary>Prints the record batches of a segment or snapshot, in the words of kafka-dump-log. Lives for one command.</summary>
internal sealed class BatchDump(TextWriter output, DumpOptions options) : IDisposable
{
    /// <summary>A log file is read in pieces of this size; a batch that is larger is read whole.</summary>
    private const int ChunkBytes = 4 * 1024 * 1024;

    private readonly BatchCodecs _codecs = new(new BufferPool());

    /// <inheritdoc/>
    public void Dispose() => _codecs.Dispose();

    /// <summary>Prints a file; false when it does not end with a whole and valid batch.</summary>
    public bool Print(FileStream file)
    {
        var startOffset = Path.GetFileNameWithoutExtension(file.Name).Split('-')[0].TrimStart('0');
        output.WriteLine($"Log starting offset: {(startOffset.Length == 0 ? "0" : startOffset)}");
        var buffer = new byte[ChunkBytes];
        var filled = 0;
        long position = 0;
        var isSound = true;
        while (position < options.BytesMax)
        {
            filled += file.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
            var used = PrintWhole(buffer.AsSpan(0, filled), position, ref isSound);
            position += used;
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            filled -= used;
            if (filled == 0)
            {
                return isSound;
            }

            var presence = RecordBatchReader.PresenceAt(buffer.AsSpan(0, filled), out var size);
            if (presence == BatchPresence.Partial && size > buffer.Length && position + size <= file.Length)
            {
                Array.Resize(ref buffer, size);
            }
            else if (presence != BatchPresence.Whole && (used == 0 || filled < buffer.Length))
            {
                output.WriteLine($"Found {file.Length - position} invalid bytes at the end of {Path.GetFileName(file.Name)} ({presence} batch at position {position})");
                return false;
            }
        }

        return isSound;
    }

    private int PrintWhole(ReadOnlySpan<byte> bytes, long filePosition, ref bool isSound)
    {
        var reader = new RecordBatchReader(bytes);
        while (reader.MoveNext())
        {
            var batch = reader.Current;
            PrintHeader(batch, filePosition + reader.Position);
            isSound &= batch.IsCrcValid;
            if (options.DeepIteration || options.PrintData || options.DecodeOffsets || options.DecodeMetadata)
            {
                PrintRecords(batch);
            }
        }

        return reader.WholeBytes;
    }

    private void PrintHeader(RecordBatchView batch, long position)
    {
        var header = batch.Header;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"baseOffset: {header.BaseOffset} lastOffset: {header.BaseOffset + header.LastOffsetDelta} count: {header.RecordCount} "
            + $"baseSequence: {header.BaseSequence} producerId: {header.ProducerId} producerEpoch: {header.ProducerEpoch} "
            + $"partitionLeaderEpoch: {header.PartitionLeaderEpoch} isTransactional: {Lower(header.Attributes.IsTransactional)} "
            + $"isControl: {Lower(header.Attributes.IsControl)} position: {position} "
            + $"{(header.Attributes.IsLogAppendTime ? "LogAppendTime" : "CreateTime")}: {header.MaxTimestamp} size: {batch.Bytes.Length} "
            + $"magic: {header.Magic} compresscodec: {header.Attributes.Codec.ToString().ToLowerInvariant()} crc: {header.Crc} isvalid: {Lower(batch.IsCrcValid)}"));
    }

    private void PrintRecords(RecordBatchView batch)
    {
        var header = batch.Header;
        try
        {
            using var opened = OpenedBatch.Open(batch, _codecs);
            foreach (var record in opened.Records)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| offset: {header.BaseOffset + record.OffsetDelta} "
                    + $"{(header.Attributes.IsLogAppendTime ? "LogAppendTime" : "CreateTime")}: {header.BaseTimestamp + record.TimestampDelta} "
                    + $"keySize: {(record.IsKeyNull ? -1 : record.Key.Length)} valueSize: {(record.IsValueNull ? -1 : record.Value.Length)}"
                    + $"{Content(header.Attributes.IsControl, record)}"));
            }
        }
        catch (InvalidRecordException e)
        {
            output.WriteLine($"| the records cannot be read: {e.Message}");
        }
    }

    private string Content(bool isControl, RecordView record)
    {
        if (isControl)
        {
            return " " + StoredRecordText.Control(record.Key, record.Value.ToArray());
        }

        if (options.DecodeMetadata)
        {
            return " payload: " + StoredRecordText.Metadata(record.Value.ToArray());
        }

        if (options.DecodeOffsets)
        {
            return " " + StoredRecordText.Offsets(record.Key.ToArray(), record.Value.ToArray(), record.IsValueNull);
        }

        if (options.DecodeTransactions)
        {
            return " " + StoredRecordText.Transactions(record.Key.ToArray(), record.Value.ToArray(), record.IsValueNull);
        }

        return options.PrintData
            ? $"{(record.IsKeyNull ? "" : " key: " + StoredRecordText.Plain(record.Key, isNull: false))} payload: {StoredRecordText.Plain(record.Value, record.IsValueNull)}"
            : "";
    }

    private static string Lower(bool value) => value ? "true" : "false";
}
