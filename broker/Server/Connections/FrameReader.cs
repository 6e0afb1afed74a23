using System.Buffers.Binary;
using Deterministic.Kernel;
using Deterministic.Kernel.Memory;

namespace Deterministic.Server.Connections;

/// <summary>
/// Cuts the byte stream of one connection into frames at their size prefixes, without copying them: frames are slices of
/// the receive buffer. A frame that is longer than the buffer moves to one of its own size, which grows with what really
/// arrives. Holds no buffer while nothing is half received. Owned by its connection.
/// <para>Invariant: 0 &lt;= start &lt;= end &lt;= length of the buffer.</para>
/// </summary>
internal sealed class FrameReader(BufferPool pool, int frameBytesMax)
{
    /// <summary>Bytes of the size prefix.</summary>
    internal const int PrefixBytes = 4;

    private PooledBuffer? _buffer;
    private int _start;
    private int _end;
    private int _receiveBytes = ConnectionLimits.ReceiveBytesMin;

    /// <summary>Whether bytes of a frame are here whose rest is still to come.</summary>
    internal bool HasPartialFrame => _end > _start;

    /// <summary>Why the stream cannot be cut any further, or null.</summary>
    internal string? Failure { get; private set; }

    /// <summary>Where the next bytes are to be received.</summary>
    internal Memory<byte> Room()
    {
        var held = _end - _start;
        var wanted = WantedBytes(held);
        if (_buffer is null)
        {
            _buffer = pool.Rent(wanted);
        }
        else if (_start + wanted > _buffer.Length || _buffer.Length - _end < Math.Min(ConnectionLimits.ReceiveRoomBytesMin, wanted - held))
        {
            Mark.Hit("frame.moved-to-another-buffer");
            MoveTo(pool.Rent(wanted), held);
        }

        return _buffer.Memory[_end..];
    }

    /// <summary>So many bytes arrived in the room.</summary>
    internal void OnReceived(int count)
    {
        // Whoever fills a small buffer gets larger ones, and whoever leaves a large one nearly empty small ones again.
        _receiveBytes = _buffer is not null && count == _buffer.Length - _end ? ConnectionLimits.ReceiveBytesMax
            : count <= ConnectionLimits.ReceiveRoomBytesMin ? ConnectionLimits.ReceiveBytesMin
            : _receiveBytes;
        _end += count;
        Check.That(_buffer is not null && _end <= _buffer.Length, $"received up to {_end} of a buffer of {_buffer?.Length}");
    }

    /// <summary>The next whole frame, with a reference that the caller releases. False also when <see cref="Failure"/> was found.</summary>
    internal bool TryTake(out RequestFrame frame)
    {
        frame = default;
        if (Failure is not null || _end - _start < PrefixBytes)
        {
            return false;
        }

        var bytes = _buffer!.Memory[_start.._end];
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes.Span);
        if (length <= 0 || length > frameBytesMax)
        {
            Mark.Hit("frame.length-not-allowed");
            Failure = FrameRefusal.Of(bytes.Span, length, frameBytesMax);
            return false;
        }

        if (bytes.Length - PrefixBytes < length)
        {
            return false;
        }

        _buffer.AddReference();
        frame = new RequestFrame(_buffer, bytes.Slice(PrefixBytes, length));
        _start += PrefixBytes + length;
        return true;
    }

    /// <summary>Gives the buffer back when no byte in it is waiting for others.</summary>
    internal void ReleaseIfEmpty()
    {
        if (!HasPartialFrame)
        {
            Release();
        }
    }

    /// <summary>Gives the buffer back; frames that were taken keep theirs.</summary>
    internal void Release()
    {
        _buffer?.Release();
        _buffer = null;
        _start = 0;
        _end = 0;
    }

    /// <summary>Bytes that a buffer must hold from the start of the current frame on.</summary>
    private int WantedBytes(int held)
    {
        if (held < PrefixBytes)
        {
            return _receiveBytes;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer!.Memory.Span[_start..]);
        var whole = (long)PrefixBytes + length;
        var believed = Math.Max(ConnectionLimits.FirstChunkBytes, (long)held * ConnectionLimits.GrowthFactor);

        // While the frame is larger than what is believed, a buffer that still has room is good enough.
        if (whole > believed && _start + held < _buffer.Length)
        {
            return held + 1;
        }

        return (int)Math.Max(Math.Min(whole, believed), held + 1);
    }

    private void MoveTo(PooledBuffer target, int held)
    {
        _buffer!.Memory.Slice(_start, held).CopyTo(target.Memory);
        _buffer.Release();
        _buffer = target;
        _start = 0;
        _end = held;
    }
}
