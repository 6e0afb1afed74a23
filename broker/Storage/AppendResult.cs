using Deterministic.Protocol;

namespace Deterministic.Storage;

/// <summary>What became of one append.</summary>
/// <param name="Error">None, also for a duplicate, whose offsets are then those of the first time.</param>
/// <param name="BaseOffset">Offset of the first record; -1 on error.</param>
/// <param name="LastOffset">Offset of the last record; it may be acknowledged once the log's durable end is above it.</param>
/// <param name="IsDuplicate">Whether the producer had sent this batch before.</param>
/// <param name="Message">Why not, for people; null when there was no error.</param>
public readonly record struct AppendResult(
    ErrorCode Error, long BaseOffset, long LastOffset, bool IsDuplicate, string? Message)
{
    internal static AppendResult Refused(ErrorCode error, string message) => new(error, -1, -1, false, message);
}
