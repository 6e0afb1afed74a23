namespace Deterministic.Protocol.Wire;

/// <summary>
/// The record batches of a produce request or a fetch response, never copied: a slice of the network buffer on the way
/// in, ranges of log segment files on the way out. Null differs from empty.
/// </summary>
public readonly struct RecordData
{
    private readonly bool _isNull;

    private RecordData(bool isNull)
    {
        _isNull = isNull;
    }

    /// <summary>Batches in memory.</summary>
    public RecordData(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        SizeBytes = bytes.Length;
    }

    /// <summary>Batches in files.</summary>
    public RecordData(ReadOnlyMemory<FileRange> ranges)
    {
        Ranges = ranges;
        foreach (var range in ranges.Span)
        {
            SizeBytes += range.SizeBytes;
        }
    }

    /// <summary>No record set at all.</summary>
    public static RecordData Null => new(isNull: true);

    /// <summary>A record set without batches.</summary>
    public static RecordData Empty => new(ReadOnlyMemory<byte>.Empty);

    /// <summary>Whether it is null.</summary>
    public bool IsNull => _isNull;

    /// <summary>All bytes, wherever they are.</summary>
    public int SizeBytes { get; }

    /// <summary>The bytes in memory; empty when they are in files.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The ranges in files; empty when the bytes are in memory.</summary>
    public ReadOnlyMemory<FileRange> Ranges { get; }
}
