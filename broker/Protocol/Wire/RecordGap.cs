namespace Deterministic.Protocol.Wire;

/// <summary>Where in an encoded message, counted in its bytes in memory, file ranges are to be sent.</summary>
public readonly record struct RecordGap(int Position, ReadOnlyMemory<FileRange> Ranges);
