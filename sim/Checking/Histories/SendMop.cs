namespace Deterministic.Checking.Histories;

/// <summary>
/// Sends one record; owned by its op. <paramref name="Value"/> is unique in its log for the whole history.
/// <paramref name="Offset"/> is null in the invocation, and in a completion when no acknowledgement told it.
/// <paramref name="Source"/> is the record that an exactly-once pipeline made this one from, if any.
/// </summary>
public sealed record SendMop(LogKey Key, long Value, long? Offset = null, RecordSource? Source = null) : Mop;
