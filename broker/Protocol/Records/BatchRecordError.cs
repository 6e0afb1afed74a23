namespace Deterministic.Protocol.Records;

/// <summary>What is wrong with one record of a refused batch (KIP-467).</summary>
public readonly record struct BatchRecordError(int BatchIndex, string Message);
