using System.Text;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;

namespace Deterministic.Host.Dump;

/// <summary>Prints the record batches of a segment or snapshot, in the words of kafka-dump-log. Lives for one command.</summary>
internal sealed class BatchDump(DumpWriter output, DumpOptions options) : IDisposable
{
    /// <summary>A log file is read in pieces of this size; a batch that is larger is read whole.</summary>
    private const int ChunkBytes = 4 * 1024 * 1024;

    private readonly BatchCodecs _codecs = new(new BufferPool());

    /// <inheritdoc/>
    public void Dispose() => _codecs.Dispose();

    /// <summary>Prints a file; false when it does not end with a whole and valid batch.</summary>
    public bool Print(FileStream file)
    {
        var name = Path.GetFileNameWithoutExtension(file.Name).Split('-');
        output.Say(name.Length == 1
            ? $"Log starting offset: {WithoutZeros(name[0])}"
            : $"Snapshot end offset: {WithoutZeros(name[0])}, epoch: {WithoutZeros(name[1])}");
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
            if (presence == BatchPresence.Partial && size > options.BatchBytesMax)
            {
                output.Say($"The batch at position {position} has {size} bytes, more than --max-message-size {options.BatchBytesMax}");
                return false;
            }

            if (presence == BatchPresence.Partial && size > buffer.Length && position + size <= file.Length)
            {
                Array.Resize(ref buffer, size);
            }
            else if (presence != BatchPresence.Whole && (used == 0 || filled < buffer.Length))
            {
                output.Say($"Found {file.Length - position} invalid bytes at the end of {Path.GetFileName(file.Name)} ({presence} batch at position {position})");
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
            if (options.DeepIteration || options.PrintData || options.DecodeOffsets || options.DecodeTransactions || options.DecodeMetadata)
            {
                PrintRecords(batch);
            }
        }

        return reader.WholeBytes;
    }

    private void PrintHeader(RecordBatchView batch, long position)
    {
        var header = batch.Header;
        output.Write(
            "",
            ("baseOffset", header.BaseOffset), ("lastOffset", header.BaseOffset + header.LastOffsetDelta), ("count", header.RecordCount),
            ("baseSequence", header.BaseSequence), ("lastSequence", header.LastSequence), ("producerId", header.ProducerId),
            ("producerEpoch", header.ProducerEpoch), ("partitionLeaderEpoch", header.PartitionLeaderEpoch),
            ("isTransactional", header.Attributes.IsTransactional), ("isControl", header.Attributes.IsControl),
            ("deleteHorizonMs", header.Attributes.HasDeleteHorizon ? $"OptionalLong[{header.BaseTimestamp}]" : "OptionalLong.empty"),
            ("position", position), (TimeName(header), header.MaxTimestamp), ("size", batch.Bytes.Length), ("magic", header.Magic),
            ("compresscodec", header.Attributes.Codec.ToString().ToLowerInvariant()), ("crc", header.Crc), ("isvalid", batch.IsCrcValid));
    }

    private static string WithoutZeros(string number) => number.TrimStart('0') is { Length: > 0 } rest ? rest : "0";

    private static string TimeName(RecordBatchHeader header) => header.Attributes.IsLogAppendTime ? "LogAppendTime" : "CreateTime";

    private void PrintRecords(RecordBatchView batch)
    {
        var header = batch.Header;
        try
        {
            using var opened = OpenedBatch.Open(batch, _codecs);
            foreach (var record in opened.Records)
            {
                var content = Content(header.Attributes.IsControl, record);
                output.Write("| ", options.SkipRecordMetadata && options.PrintData ? content : [.. Metadata(header, record), .. content]);
            }
        }
        catch (InvalidRecordException e)
        {
            output.Say($"| the records cannot be read: {e.Message}");
        }
    }

    private static (string Name, object Value)[] Metadata(RecordBatchHeader header, RecordView record)
    {
        var headerKeys = new List<string>();
        foreach (var entry in record.Headers)
        {
            headerKeys.Add(Encoding.UTF8.GetString(entry.Key));
        }

        return
        [
            ("offset", header.BaseOffset + record.OffsetDelta),
            (TimeName(header), header.Attributes.IsLogAppendTime ? header.MaxTimestamp : header.BaseTimestamp + record.TimestampDelta),
            ("keySize", record.IsKeyNull ? -1 : record.Key.Length), ("valueSize", record.IsValueNull ? -1 : record.Value.Length),
            ("sequence", header.BaseSequence < 0 ? -1 : RecordBatchHeader.SequenceAfter(header.BaseSequence, record.OffsetDelta)),
            ("headerKeys", $"[{string.Join(',', headerKeys)}]"),
        ];
    }

    private (string Name, object Value)[] Content(bool isControl, RecordView record)
    {
        if (isControl)
        {
            return [.. StoredRecordText.Control(record.Key, record.Value.ToArray())];
        }

        if (options.DecodeMetadata)
        {
            return [("payload", new JsonText(StoredRecordText.Metadata(record.Value.ToArray())))];
        }

        if (options.DecodeOffsets || options.DecodeTransactions)
        {
            var (key, value) = options.DecodeOffsets
                ? StoredRecordText.Offsets(record.Key.ToArray(), record.Value.ToArray(), record.IsValueNull)
                : StoredRecordText.Transactions(record.Key.ToArray(), record.Value.ToArray(), record.IsValueNull);
            return [("key", new JsonText(key)), ("payload", new JsonText(value))];
        }

        if (!options.PrintData)
        {
            return [];
        }

        var content = new List<(string, object)>();
        if (!record.IsKeyNull)
        {
            content.Add(("key", ValueText.Of(options.KeyDecoder, record.Key)));
        }

        if (!record.IsValueNull)
        {
            content.Add(("payload", ValueText.Of(options.ValueDecoder, record.Value)));
        }

        return [.. content];
    }
}
