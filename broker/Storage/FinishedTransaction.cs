namespace Deterministic.Storage;

/// <summary>A transaction whose marker stands in the log at <see cref="LastOffset"/>.</summary>
internal readonly record struct FinishedTransaction(long ProducerId, long FirstOffset, long LastOffset, bool IsAborted);
