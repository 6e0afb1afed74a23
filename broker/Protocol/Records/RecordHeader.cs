using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Records;

/// <summary>A header of a record that is to be written (KIP-82): the key may repeat and be empty but not null, the value may be null.</summary>
public readonly record struct RecordHeader(Text Key, Blob Value);
