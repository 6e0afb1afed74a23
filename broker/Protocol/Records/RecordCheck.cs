namespace Deterministic.Protocol.Records;

/// <summary>What is checked and collected of each record of a produced batch. Lives for one batch.</summary>
internal ref struct RecordCheck
{
    private const int MessagesShown = 3;

    private readonly RecordBatchHeader _header;
    private readonly BatchRules _rules;
    private readonly TopicPartition _partition;
    private readonly long _nowMs;
    private List<BatchRecordError>? _errors;
    private bool _hasTimestampError;
    private int _index;
    private long _maxTimestamp;
    private int _maxTimestampOffsetDelta;

    internal RecordCheck(RecordBatchHeader header, in BatchRules rules, TopicPartition partition, long nowMs)
    {
        _header = header;
        _rules = rules;
        _partition = partition;
        _nowMs = nowMs;
        _maxTimestamp = long.MinValue;
        IsSequential = true;
    }

    /// <summary>How many records are to blame.</summary>
    internal int ErrorCount { get; private set; }

    /// <summary>Whether each record stands at the offset behind the one before, from the base offset on.</summary>
    internal bool IsSequential { get; private set; }

    /// <summary>The timestamp that the batch is to have.</summary>
    internal readonly BatchValidation Stamp => new()
    {
        IsLogAppendTime = _rules.IsLogAppendTime,
        MaxTimestamp = _rules.IsLogAppendTime ? _nowMs : _maxTimestamp,
        MaxTimestampOffsetDelta = _rules.IsLogAppendTime ? 0 : _maxTimestampOffsetDelta,
    };

    /// <summary>Which record, counted from 0, has the greatest timestamp.</summary>
    internal int MaxTimestampIndex { get; private set; }

    internal void Visit(in RecordView record)
    {
        // Of a batch that says it has the append time, every record has that time.
        var timestamp = _header.Attributes.IsLogAppendTime
            ? _header.MaxTimestamp
            : _header.BaseTimestamp + record.TimestampDelta;
        if (_rules.IsCompacted && record.IsKeyNull)
        {
            Blame($"Compacted topic cannot accept message without key in topic partition {_partition.Topic}-{_partition.Partition}");
        }
        else if (!_rules.IsLogAppendTime && IsOutOfRange(timestamp))
        {
            _hasTimestampError = true;
            Blame(
                $"Timestamp {timestamp} of message with offset {record.OffsetDelta} is out of range. The timestamp should be within "
                + $"[{unchecked(_nowMs - _rules.TimestampBeforeMaxMs)}, {unchecked(_nowMs + _rules.TimestampAfterMaxMs)}]");
        }

        if (timestamp > _maxTimestamp)
        {
            _maxTimestamp = timestamp;
            _maxTimestampOffsetDelta = record.OffsetDelta;
            MaxTimestampIndex = _index;
        }

        IsSequential &= record.OffsetDelta == _index;
        _index++;
    }

    internal readonly BatchValidation Refuse() => new()
    {
        Error = _hasTimestampError ? ErrorCode.InvalidTimestamp : ErrorCode.InvalidRecord,
        ErrorMessage = _hasTimestampError
            ? "One or more records have been rejected due to invalid timestamp"
            : $"One or more records have been rejected due to {ErrorCount} record errors in total, "
                + $"and only showing the first three errors at most: [{string.Join(", ", _errors!.Take(MessagesShown).Select(Show))}]",
        RecordErrors = _errors ?? [],
    };

    private static string Show(BatchRecordError error) =>
        $"RecordError(batchIndex={error.BatchIndex}, message='{error.Message}')";

    // -1 means that the record has no timestamp. Differences are taken unsigned, since timestamps may be any number.
    private readonly bool IsOutOfRange(long timestamp) => timestamp != -1 && (timestamp < _nowMs
        ? unchecked((ulong)(_nowMs - timestamp)) > (ulong)_rules.TimestampBeforeMaxMs
        : unchecked((ulong)(timestamp - _nowMs)) > (ulong)_rules.TimestampAfterMaxMs);

    private void Blame(string message)
    {
        ErrorCount++;
        _errors ??= [];
        if (_errors.Count < BatchValidator.RecordErrorsMax)
        {
            _errors.Add(new BatchRecordError(_index, message));
        }
    }
}
