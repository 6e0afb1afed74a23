using Deterministic.Kernel.Ports;

namespace Deterministic.Protocol.Wire;

/// <summary>Part of a file that is to be sent as it is. Whoever hands it out keeps the file open until it was sent.</summary>
public readonly record struct FileRange(IFile File, long Position, int SizeBytes);
