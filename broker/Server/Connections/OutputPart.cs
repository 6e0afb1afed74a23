using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Connections;

/// <summary>One thing to send: bytes of a buffer, or (without a buffer) a range of a file. <see cref="Finishes"/> is told afterwards.</summary>
internal record struct OutputPart(PooledBuffer? Buffer, int Start, int Count, FileRange Range, RequestExchange? Finishes);
