using Deterministic.Protocol;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <summary>
/// Reads the batches of segments one behind the other, many with one read. Owned by a cleaner; what it hands out is good until the next call.
/// </summary>
internal sealed class CleaningReader
{
    private const int WindowBytes = 256 * 1024;

    private byte[] _window = [];
    private LogSegment? _segment;
    private int _position;
    private int _bytes;

    /// <summary>
    /// The whole batch at a position; false at the end of the segment. The cleaner gives what it rewrites a new CRC, so it must not
    /// touch a batch that does not fit its own: readers could not tell the damage any more.
    /// </summary>
    /// <exception cref="InvalidRecordException">The batch was damaged on the disk.</exception>
    internal bool TryRead(LogSegment segment, int position, out ReadOnlySpan<byte> batch)
    {
        batch = default;
        if (!Covers(segment, position, RecordBatchHeader.SizeBytes))
        {
            return false;
        }

        var size = new RecordBatchHeader(_window.AsSpan(position - _position)).TotalBytes;
        if (size < RecordBatchHeader.SizeBytes || size > segment.SizeBytes || !Covers(segment, position, (int)size))
        {
            return false;
        }

        batch = _window.AsSpan(position - _position, (int)size);
        return new RecordBatchView(batch).IsCrcValid
            ? true
            : throw new InvalidRecordException(ErrorCode.CorruptMessage, $"the batch at position {position} of {segment.LogPath} does not fit its CRC");
    }

    /// <summary>The pass is over: what was read says nothing any more.</summary>
    internal void Forget()
    {
        _segment = null;
        if (_window.Length > WindowBytes)
        {
            _window = [];
        }
    }

    private bool Covers(LogSegment segment, int position, int bytes)
    {
        if (ReferenceEquals(segment, _segment) && position >= _position && position + bytes <= _position + _bytes)
        {
            return true;
        }

        if ((long)position + bytes > segment.SizeBytes)
        {
            return false;
        }

        var size = Math.Min(Math.Max(WindowBytes, bytes), segment.SizeBytes - position);
        if (_window.Length < size)
        {
            _window = new byte[Math.Max(size, WindowBytes)];
        }

        _segment = null;
        _bytes = segment.File.Read(position, _window.AsSpan(0, size));
        _segment = segment;
        _position = position;
        return _bytes >= bytes;
    }
}
