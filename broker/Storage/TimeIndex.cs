using System.Buffers.Binary;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <summary>
/// <c>.timeindex</c>: sparse, 12 bytes an entry: a timestamp and the relative offset up to which no record is later.
/// Timestamps strictly rise. Owned by its segment.
/// </summary>
internal sealed class TimeIndex(IDisk disk, string path, long baseOffset)
{
    internal const int EntryBytes = 12;
    private readonly IndexFile _file = new(disk, path, EntryBytes, sizeof(long));

    internal IndexFile File => _file;

    internal int Count => _file.Count;

    internal (long Timestamp, long Offset) Last => Count == 0 ? (-1, baseOffset) : EntryAt(Count - 1);

    internal void MaybeAppend(long timestamp, long offset)
    {
        if (timestamp <= Last.Timestamp)
        {
            return;
        }

        Span<byte> entry = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteInt64BigEndian(entry, timestamp);
        BinaryPrimitives.WriteInt32BigEndian(entry[8..], checked((int)(offset - baseOffset)));
        _file.Append(entry);
    }

    internal (long Timestamp, long Offset) EntryAt(int index)
    {
        Span<byte> entry = stackalloc byte[EntryBytes];
        _file.Read(index, entry);
        return (BinaryPrimitives.ReadInt64BigEndian(entry), baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry[8..]));
    }

    /// <summary>An offset before which (that offset excluded) every record is earlier than the timestamp.</summary>
    internal long OffsetBefore(long timestamp)
    {
        // An entry at exactly the timestamp may have an equal, earlier record behind the entry before it: search strictly below.
        var i = _file.FloorOf(timestamp - 1);
        return i < 0 ? baseOffset : EntryAt(i).Offset;
    }

    internal void TruncateFrom(long offset)
    {
        var count = Count;
        while (count > 0 && EntryAt(count - 1).Offset >= offset)
        {
            count--;
        }

        _file.Truncate(count);
    }
}
