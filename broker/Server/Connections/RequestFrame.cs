using Deterministic.Kernel.Memory;

namespace Deterministic.Server.Connections;

/// <summary>
/// A request as it came: the bytes behind the size prefix, and the buffer they stand in, on which the holder of the
/// frame has one reference.
/// </summary>
internal readonly record struct RequestFrame(PooledBuffer Buffer, ReadOnlyMemory<byte> Bytes);
