namespace Deterministic.Storage;

/// <summary>One aborted transaction as the transaction index states it.</summary>
public readonly record struct AbortedTransaction(long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset);
