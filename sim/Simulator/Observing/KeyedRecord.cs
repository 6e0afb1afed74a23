namespace Deterministic.Simulator.Observing;

/// <summary>What is remembered of one record of a compacted log. Lives as long as the history that holds it.</summary>
/// <param name="Offset">Where it stands.</param>
/// <param name="IsTombstone">Whether it has no value.</param>
/// <param name="SeenMs">When it was appended, by the wall clock of the node.</param>
/// <param name="TransactionOf">The producer in whose transaction it was written, or -1.</param>
internal readonly record struct KeyedRecord(long Offset, bool IsTombstone, long SeenMs, long TransactionOf = -1);
