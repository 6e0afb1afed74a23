namespace Deterministic.Conformance.DifferentialTest;

/// <summary>Bytes in the order they come. Lives for one request.</summary>
internal sealed class ByteSink
{
    private readonly List<byte> _bytes = [];

    internal int Length => _bytes.Count;

    internal void WriteByte(byte value) => _bytes.Add(value);

    internal void Write(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

    internal byte[] ToArray() => [.. _bytes];
}
