namespace Deterministic.Protocol.Wire;

/// <summary>
/// A message that its version cannot carry: a string longer than its length field counts, a null where there is none, more
/// bytes than a frame has. Found before a byte is written. What clients named once can come back in answers to others, so
/// it costs the connection that asked and nothing else.
/// </summary>
public sealed class UnwritableMessageException(string message) : Exception(message);
