namespace Deterministic.Protocol.Records;

/// <summary>
/// A batch whose content is not what its header says, or that cannot be opened. Refuses that batch; the connection and
/// the partition live on. <see cref="Code"/> is what a producer is told.
/// </summary>
public sealed class InvalidRecordException(ErrorCode code, string message) : Exception(message)
{
    /// <summary>INVALID_RECORD with a message.</summary>
    public InvalidRecordException(string message)
        : this(ErrorCode.InvalidRecord, message)
    {
    }

    /// <summary>What a producer is told.</summary>
    public ErrorCode Code { get; } = code;
}
