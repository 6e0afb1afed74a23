using System.Buffers.Binary;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <summary>
/// <c>.index</c>: sparse, 8 bytes an entry: the last offset of a batch relative to the segment's base, and where that batch
/// begins. Owned by its segment.
/// </summary>
internal sealed class OffsetIndex(IDisk disk, string path, long baseOffset)
{
    internal const int EntryBytes = 8;
    private readonly IndexFile _file = new(disk, path, EntryBytes, sizeof(int));

    internal IndexFile File => _file;

    internal int Count => _file.Count;

    internal void Append(long offset, int position)
    {
        Span<byte> entry = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteInt32BigEndian(entry, checked((int)(offset - baseOffset)));
        BinaryPrimitives.WriteInt32BigEndian(entry[4..], position);
        _file.Append(entry);
    }

    internal (long Offset, int Position) EntryAt(int index)
    {
        Span<byte> entry = stackalloc byte[EntryBytes];
        _file.Read(index, entry);
        return (baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry), BinaryPrimitives.ReadInt32BigEndian(entry[4..]));
    }

    /// <summary>A position at or before the batch that contains the offset; the beginning when no entry is below it.</summary>
    internal int PositionAtOrBefore(long offset)
    {
        var i = _file.FloorOf(Math.Clamp(offset - baseOffset, -1, int.MaxValue));
        return i < 0 ? 0 : EntryAt(i).Position;
    }

    /// <summary>The last indexed batch position that is at most <paramref name="position"/>.</summary>
    internal int BatchPositionAtOrBefore(long position)
    {
        var low = 0;
        var high = _file.Count;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (EntryAt(middle).Position <= position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? 0 : EntryAt(low - 1).Position;
    }

    internal void TruncateFrom(long offset) =>
        _file.Truncate(_file.FloorOf(Math.Clamp(offset - 1 - baseOffset, -1, int.MaxValue)) + 1);
}
