namespace Deterministic.Storage;

/// <summary>A leader epoch and the offset of its first record.</summary>
public readonly record struct EpochStart(int Epoch, long StartOffset);
