namespace Deterministic.Checking.Histories;

/// <summary>
/// Commits the offset of the next record to read, for the group of the op's consumer; owned by its op. In a
/// <see cref="OpFunction.Txn"/> it is part of the transaction.
/// </summary>
public sealed record CommitOffsetMop(LogKey Key, long Offset) : Mop;
