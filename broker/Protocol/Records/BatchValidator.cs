using Deterministic.Kernel;
using Deterministic.Protocol.Compression;

namespace Deterministic.Protocol.Records;

/// <summary>
/// What a leader checks of a produced batch before it appends it, with the results that Kafka's clients see. The bytes
/// are changed in place where the topic's rules ask for it. Owned by one shard; keeps nothing from batch to batch, and
/// allocates nothing for a good batch that is stored as it came.
/// </summary>
public sealed class BatchValidator
{
    /// <summary>How many records of a batch are blamed one by one; the message still counts all.</summary>
    public const int RecordErrorsMax = 100;

    private readonly BatchCodecs _codecs;
    private readonly BatchRewriter _rewriter;

    /// <summary>A validator that opens batches with <paramref name="codecs"/>.</summary>
    public BatchValidator(BatchCodecs codecs)
    {
        _codecs = codecs;
        _rewriter = new BatchRewriter(codecs);
    }

    /// <summary>
    /// Whether the first batch of a record set says that it belongs to a transaction; looked at before anything else is
    /// checked, since the request then needs a transactional id.
    /// </summary>
    public static bool IsTransactional(ReadOnlySpan<byte> records) =>
        records.Length >= RecordBatchHeader.SizeBytes
        && records[RecordBatchHeader.MagicPosition] == RecordBatchHeader.CurrentMagic
        && new RecordBatchHeader(records).Attributes.IsTransactional;

    /// <summary>Why not even the first batch of a record set can be found, or null. Kafka refuses the whole request for that.</summary>
    public static InvalidRecordException? WhyUnreadable(ReadOnlySpan<byte> records) => ProducedBatch.WhyUnreadable(records);

    /// <summary>Validates the record set of one partition.</summary>
    /// <param name="records">The record set, changed in place; null in the request is empty here.</param>
    /// <param name="rules">The topic's configs.</param>
    /// <param name="partition">The partition, for messages.</param>
    /// <param name="nowMs">The wall clock.</param>
    /// <param name="produceVersion">The version of the request; before 7 it may carry no zstd.</param>
    public BatchValidation Validate(
        Memory<byte> records, in BatchRules rules, TopicPartition partition, long nowMs, short produceVersion)
    {
        try
        {
            var size = ProducedBatch.SizeOfOnly(records.Span, produceVersion);
            var batch = records[..size];
            ProducedBatch.CheckHeader(batch.Span, rules.MaxMessageBytes);
            return ValidateRecords(batch, rules, partition, nowMs);
        }
        catch (InvalidRecordException refusal)
        {
            return BatchValidation.Refused(refusal.Code, refusal.Message);
        }
    }

    private BatchValidation ValidateRecords(Memory<byte> batch, in BatchRules rules, TopicPartition partition, long nowMs)
    {
        using var opened = OpenedBatch.Open(new RecordBatchView(batch.Span), _codecs);
        var check = new RecordCheck(opened.Batch.Header, rules, partition, nowMs);
        foreach (var record in opened.Records)
        {
            check.Visit(record);
        }

        if (check.ErrorCount > 0)
        {
            Mark.Hit("append.record-refused");
            return check.Refuse();
        }

        var stamp = check.Stamp;
        var source = opened.Batch.Header.Attributes.Codec;
        var target = rules.Compression ?? new CompressionSetting(source, CompressionSetting.DefaultLevelOf(source));
        var isCompressed = source != CompressionCodec.None || target.Codec != CompressionCodec.None;
        if (source == target.Codec && (check.IsSequential || !isCompressed))
        {
            BatchRewriter.SetTimestamp(batch.Span, stamp.IsLogAppendTime, stamp.MaxTimestamp);
            return stamp with { Batch = batch };
        }

        Mark.Hit("append.batch-rebuilt");
        var rebuilt = _rewriter.Rebuild(opened, target, check.IsSequential);
        if (rebuilt.Length > rules.MaxMessageBytes)
        {
            Mark.Hit("append.rebuilt-batch-too-large");
            rebuilt.Release();
            throw ProducedBatch.TooLarge(rebuilt.Length, rules.MaxMessageBytes);
        }

        BatchRewriter.SetTimestamp(rebuilt.Span, stamp.IsLogAppendTime, stamp.MaxTimestamp);

        // A rebuilt batch has one record at each offset.
        var maxTimestampOffsetDelta = rules.IsLogAppendTime ? 0 : check.MaxTimestampIndex;
        return stamp with { Batch = rebuilt.Memory, Rebuilt = rebuilt.Buffer, MaxTimestampOffsetDelta = maxTimestampOffsetDelta };
    }
}
