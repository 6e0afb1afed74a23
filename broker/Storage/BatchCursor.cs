using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <summary>
/// Walks the batches of a segment file by their headers through a window of caller's memory. Lives for one call.
/// It trusts lengths only as far as the end it was given.
/// </summary>
internal ref struct BatchCursor
{
    private readonly IFile _file;
    private readonly long _end;
    private readonly Span<byte> _window;
    private long _windowPosition;
    private int _windowBytes;
    private long _next;

    internal BatchCursor(IFile file, long position, long end, Span<byte> window)
    {
        _file = file;
        _end = end;
        _window = window;
        _next = position;
        Position = position;
    }

    /// <summary>Where the current batch begins.</summary>
    internal long Position { get; private set; }

    /// <summary>Where the batch behind the current one begins.</summary>
    internal readonly long NextPosition => _next;

    /// <summary>The header of the current batch; valid until the next move or peek.</summary>
    internal readonly RecordBatchHeader Header => new(_window[(int)(Position - _windowPosition)..]);

    /// <summary>Goes to the next whole batch before the end; false at the end or where no batch can begin.</summary>
    internal bool MoveNext()
    {
        if (_next + RecordBatchHeader.SizeBytes > _end || !Cover(_next, RecordBatchHeader.SizeBytes))
        {
            return false;
        }

        var header = new RecordBatchHeader(_window[(int)(_next - _windowPosition)..]);
        if (header.TotalBytes < RecordBatchHeader.SizeBytes || _next + header.TotalBytes > _end)
        {
            return false;
        }

        Position = _next;
        _next += header.TotalBytes;
        return true;
    }

    /// <summary>The first bytes of the current batch, as many as there are up to <paramref name="bytesMax"/>. Invalidates nothing before the next move.</summary>
    internal ReadOnlySpan<byte> Peek(int bytesMax)
    {
        var wanted = (int)Math.Min(Math.Min(bytesMax, _window.Length), _next - Position);
        return Cover(Position, wanted) ? _window.Slice((int)(Position - _windowPosition), wanted) : [];
    }

    private bool Cover(long position, int bytes)
    {
        if (position >= _windowPosition && position + bytes <= _windowPosition + _windowBytes)
        {
            return true;
        }

        var size = (int)Math.Min(_window.Length, _end - position);
        _windowPosition = position;
        _windowBytes = _file.Read(position, _window[..size]);
        return _windowBytes >= bytes;
    }
}
