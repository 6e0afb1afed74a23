namespace Deterministic.Server.Metadata;

/// <summary>The metadata log holds what this broker cannot read or what contradicts itself. Fatal: nothing is guessed about metadata.</summary>
public sealed class MetadataFormatException(string message, Exception? inner = null) : Exception(message, inner);
