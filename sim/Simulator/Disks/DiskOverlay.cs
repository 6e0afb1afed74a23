using Deterministic.Simulator.Faults;

namespace Deterministic.Simulator.Disks;

/// <summary>
/// Damage to a part of a file: reads see other bytes than those that the disk was given, or fail. The right bytes stay beneath, so
/// that the damage can be taken away; what is written over it ends it. Lives in <see cref="DiskFaults.Overlays"/>.
/// </summary>
public sealed class DiskOverlay
{
    private readonly byte[]? _bytes;

    internal DiskOverlay(FaultKind kind, FileNode file, long position, int length, byte[]? bytes)
    {
        Kind = kind;
        File = file;
        Position = position;
        Length = length;
        _bytes = bytes;
    }

    /// <summary>What did it.</summary>
    public FaultKind Kind { get; }

    /// <summary>The file's path as it is now.</summary>
    public string Path => File.Path;

    /// <summary>Where in the file it begins.</summary>
    public long Position { get; }

    /// <summary>How many bytes are damaged.</summary>
    public int Length { get; private set; }

    /// <summary>Whether reads of it fail, instead of seeing other bytes.</summary>
    public bool IsUnreadable => _bytes is null;

    internal FileNode File { get; }

    internal bool Touches(long position, long length) => position < Position + Length && Position < position + length;

    /// <summary>Puts the damage into bytes that were read; what cannot be read stays as it is beneath.</summary>
    internal void Apply(long position, Span<byte> buffer)
    {
        var (from, count) = Common(position, buffer.Length);
        if (count <= 0 || _bytes is null)
        {
            return;
        }

        _bytes.AsSpan((int)(from - Position), count).CopyTo(buffer[(int)(from - position)..]);
    }

    /// <summary>Bytes are written; true when nothing is left of the damage.</summary>
    internal bool IsEndedBy(long position, ReadOnlySpan<byte> bytes)
    {
        var (from, count) = Common(position, bytes.Length);
        if (count > 0 && _bytes is not null)
        {
            bytes.Slice((int)(from - position), count).CopyTo(_bytes.AsSpan((int)(from - Position)));
        }

        return count == Length;
    }

    /// <summary>The file ends at a position; true when nothing is left of the damage.</summary>
    internal bool IsCutBy(long length)
    {
        Length = (int)Math.Clamp(length - Position, 0, Length);
        return Length == 0;
    }

    private (long From, int Count) Common(long position, long length)
    {
        var from = Math.Max(position, Position);
        return (from, (int)(Math.Min(position + length, Position + Length) - from));
    }
}
