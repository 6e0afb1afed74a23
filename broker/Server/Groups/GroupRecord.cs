using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>Key and value of a record of <c>__consumer_offsets</c>, frames included; a null value is a tombstone.</summary>
public readonly record struct GroupRecord(Blob Key, Blob Value);
