namespace Deterministic.Checking.Histories;

/// <summary>Asks for the committed offset of the consumer's group; owned by its op. Null in a completion: there is none.</summary>
public sealed record FetchOffsetMop(LogKey Key, long? Offset = null) : Mop;
