namespace Deterministic.Protocol.Wire;

/// <summary>Bytes that are not the message they should be. Closes the connection they came from; touches nothing else.</summary>
public sealed class MalformedMessageException(string message) : Exception(message);
