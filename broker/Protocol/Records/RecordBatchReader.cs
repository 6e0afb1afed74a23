using System.Buffers.Binary;

namespace Deterministic.Protocol.Records;

/// <summary>
/// Walks the whole batches of a byte range, such as part of a log segment, up to the first that is cut off or that is
/// no batch. Allocates nothing, throws nothing, checks no CRC. Lives as long as the bytes.
/// </summary>
public ref struct RecordBatchReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _nextPosition;

    /// <summary>A reader in front of the first batch.</summary>
    public RecordBatchReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>The batch that <see cref="MoveNext"/> found.</summary>
    public RecordBatchView Current { get; private set; }

    /// <summary>Where <see cref="Current"/> begins.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes of the whole batches found so far.</summary>
    public readonly int WholeBytes => _nextPosition;

    /// <summary>What stands at <see cref="WholeBytes"/>.</summary>
    public readonly BatchPresence Next => PresenceAt(_bytes[_nextPosition..], out _);

    /// <summary>For <c>foreach</c>.</summary>
    public readonly RecordBatchReader GetEnumerator() => this;

    /// <summary>Moves to the next batch; false when there is no whole one, <see cref="Next"/> then says why.</summary>
    public bool MoveNext()
    {
        if (PresenceAt(_bytes[_nextPosition..], out var size) != BatchPresence.Whole)
        {
            return false;
        }

        Position = _nextPosition;
        _nextPosition += size;
        Current = new RecordBatchView(_bytes.Slice(Position, size));
        return true;
    }

    /// <summary>What the first bytes of a range are, and the size of the batch as far as it is known (0 if not).</summary>
    public static BatchPresence PresenceAt(ReadOnlySpan<byte> bytes, out int sizeBytes)
    {
        sizeBytes = 0;
        if (bytes.Length <= RecordBatchHeader.MagicPosition)
        {
            return bytes.IsEmpty ? BatchPresence.End : BatchPresence.Partial;
        }

        var total = (long)RecordBatchHeader.LogOverheadBytes + BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        if (total is < RecordBatchHeader.SizeBytes or > int.MaxValue
            || (sbyte)bytes[RecordBatchHeader.MagicPosition] != RecordBatchHeader.CurrentMagic)
        {
            return BatchPresence.Malformed;
        }

        sizeBytes = (int)total;
        return total <= bytes.Length ? BatchPresence.Whole : BatchPresence.Partial;
    }
}
