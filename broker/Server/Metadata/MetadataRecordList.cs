using Deterministic.Protocol.Stored;

namespace Deterministic.Server.Metadata;

/// <summary>Metadata records in the order in which they are to be appended, encoded as they will stand in the log. Owned by whoever decides.</summary>
public sealed class MetadataRecordList
{
    private readonly List<ReadOnlyMemory<byte>> _records = [];

    /// <summary>The records.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Records => _records;

    /// <summary>How many there are.</summary>
    public int Count => _records.Count;

    /// <summary>Bytes of all of them.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Adds a record in a version.</summary>
    public void Add<T>(T record, short version = 0)
        where T : struct, IStoredMessage
    {
        var bytes = MetadataRecordFrame.Encode(ref record, version);
        SizeBytes += bytes.Length;
        _records.Add(bytes);
    }

    /// <summary>Adds the records of another list.</summary>
    public void AddRange(MetadataRecordList other)
    {
        _records.AddRange(other._records);
        SizeBytes += other.SizeBytes;
    }
}
