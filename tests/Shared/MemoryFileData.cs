using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>The bytes of a file of <see cref="MemoryDisk"/>: as they are, as they are durable, and the writes between, in order.</summary>
internal sealed class MemoryFileData
{
    private const int SectorBytes = 512;
    private readonly List<(long Position, byte[]? Bytes)> _pending = [];
    private byte[] _cache = [];
    private byte[] _durable = [];
    private int _durableLength;

    internal int Length { get; private set; }

    internal int PendingCount => _pending.Count;

    internal int Read(long position, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - position, 0, buffer.Length);
        _cache.AsSpan((int)Math.Min(position, Length), count).CopyTo(buffer);
        return count;
    }

    internal void Write(long position, ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        var length = Length;
        Apply(ref _cache, ref length, position, copy);
        Length = length;
        _pending.Add((position, copy));
    }

    internal void SetLength(long length)
    {
        var cacheLength = Length;
        Apply(ref _cache, ref cacheLength, length, null);
        Length = cacheLength;
        _pending.Add((length, null));
    }

    internal void Flush(int covered)
    {
        var count = Math.Min(covered, _pending.Count);
        foreach (var (position, bytes) in _pending.Take(count))
        {
            Apply(ref _durable, ref _durableLength, position, bytes);
        }

        _pending.RemoveRange(0, count);
    }

    /// <summary>Each sector of each write that was not flushed survives or not.</summary>
    internal void Crash(IRandom? random)
    {
        foreach (var (position, bytes) in random is null ? [] : _pending)
        {
            if (bytes is null)
            {
                if (random!.Next(2) == 0)
                {
                    Apply(ref _durable, ref _durableLength, position, null);
                }

                continue;
            }

            for (var at = 0; at < bytes.Length;)
            {
                var end = (int)Math.Min(bytes.Length, (((position + at) / SectorBytes) + 1) * SectorBytes - position);
                if (random!.Next(2) == 0)
                {
                    Apply(ref _durable, ref _durableLength, position + at, bytes[at..end]);
                }

                at = end;
            }
        }

        _pending.Clear();
        _cache = (byte[])_durable.Clone();
        Length = _durableLength;
    }

    private static void Apply(ref byte[] content, ref int length, long position, byte[]? bytes)
    {
        var end = checked((int)(bytes is null ? position : position + bytes.Length));
        if (end > content.Length)
        {
            Array.Resize(ref content, Math.Max(end, content.Length * 2));
        }

        if (bytes is null)
        {
            if (end < length)
            {
                content.AsSpan(end, length - end).Clear();
            }

            length = end;
        }
        else
        {
            bytes.CopyTo(content.AsSpan((int)position));
            length = Math.Max(length, end);
        }
    }
}
