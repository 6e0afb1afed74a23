using Deterministic.Kernel.Memory;

namespace Deterministic.Protocol.Records;

/// <summary>
/// What became of a produced batch: an error, or the bytes to append, of which only base offset and leader epoch are still
/// to be set. Lives as long as the bytes that were validated; <see cref="Release"/> it once the bytes were appended.
/// </summary>
public readonly record struct BatchValidation
{
    private readonly IReadOnlyList<BatchRecordError>? _recordErrors;

    /// <summary>NONE, or why the batch is refused.</summary>
    public ErrorCode Error { get; init; }

    /// <summary>What the client is told besides the code; null for nothing.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>The records to blame, up to <see cref="BatchValidator.RecordErrorsMax"/> of them.</summary>
    public IReadOnlyList<BatchRecordError> RecordErrors
    {
        get => _recordErrors ?? [];
        init => _recordErrors = value;
    }

    /// <summary>The batch to append: in the memory it came in, or in <see cref="Rebuilt"/>.</summary>
    public Memory<byte> Batch { get; init; }

    /// <summary>The rented buffer of a batch that was compressed anew, else null.</summary>
    public PooledBuffer? Rebuilt { get; init; }

    /// <summary>The timestamp to know the batch by: the latest of its records, or the append time.</summary>
    public long MaxTimestamp { get; init; }

    /// <summary>The offset, relative to the base offset, of the first record with <see cref="MaxTimestamp"/>.</summary>
    public int MaxTimestampOffsetDelta { get; init; }

    /// <summary>Whether the append time replaced the times of the records; then <see cref="MaxTimestamp"/> is it.</summary>
    public bool IsLogAppendTime { get; init; }

    /// <summary>Whether the batch may be appended.</summary>
    public bool IsValid => Error == ErrorCode.None;

    /// <summary>The header of the batch to append.</summary>
    public RecordBatchHeader Header => new(Batch.Span);

    /// <summary>Number of records.</summary>
    public int RecordCount => IsValid ? Header.RecordCount : 0;

    /// <summary>Gives a rebuilt batch's buffer back.</summary>
    public void Release() => Rebuilt?.Release();

    internal static BatchValidation Refused(ErrorCode error, string message) => new() { Error = error, ErrorMessage = message };
}
