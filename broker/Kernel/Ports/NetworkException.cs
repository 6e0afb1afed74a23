namespace Deterministic.Kernel.Ports;

/// <summary>A listener could not be opened, or a stream broke. The message names the address and the reason.</summary>
public sealed class NetworkException(string message, Exception? inner = null) : IOException(message, inner);
