namespace Deterministic.Protocol.Stored;

/// <summary>A stored or embedded message: its record type (-1 where it has none), its versions, and which of them are flexible.</summary>
public sealed record StoredInfo(short Type, short First, short Last, short FlexibleSince);
