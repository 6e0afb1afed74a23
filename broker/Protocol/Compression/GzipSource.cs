namespace Deterministic.Protocol.Compression;

/// <summary>Bytes at an address followed by an array, as one stream to read. Lives for one call, in which the bytes are pinned.</summary>
internal sealed unsafe class GzipSource(byte* start, int sizeBytes, byte[] behind) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var rest = _position < sizeBytes
            ? new ReadOnlySpan<byte>(start + _position, sizeBytes - _position)
            : behind.AsSpan(_position - sizeBytes);
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        _position += rest.Length;
        return rest.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
