using Deterministic.Protocol.Records;

namespace Deterministic.Raft;

/// <summary>
/// One batch of the metadata log or of a snapshot, opened: its records are slices of its bytes. Lives as long as the
/// reader keeps it.
/// </summary>
public sealed class MetadataBatch
{
    private MetadataBatch(in RecordBatchHeader header, IReadOnlyList<ReadOnlyMemory<byte>> keys, IReadOnlyList<ReadOnlyMemory<byte>> values)
    {
        BaseOffset = header.BaseOffset;
        LastOffset = header.LastOffset;
        Epoch = header.PartitionLeaderEpoch;
        TimestampMs = header.MaxTimestamp;
        IsControl = header.Attributes.IsControl;
        Keys = keys;
        Values = values;
    }

    /// <summary>Offset of its first record.</summary>
    public long BaseOffset { get; }

    /// <summary>Offset of its last record.</summary>
    public long LastOffset { get; }

    /// <summary>The epoch of the leader that wrote it.</summary>
    public int Epoch { get; }

    /// <summary>When it was written.</summary>
    public long TimestampMs { get; }

    /// <summary>Whether its records are control records.</summary>
    public bool IsControl { get; }

    /// <summary>The values of its records: metadata records, or bodies of control records.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Values { get; }

    private IReadOnlyList<ReadOnlyMemory<byte>> Keys { get; }

    /// <summary>The type of the control record at <paramref name="index"/>.</summary>
    public ControlRecordType ControlType(int index) => ControlRecords.TryReadType(Keys[index].Span, out var type) ? type : throw new InvalidRecordException($"a control record of the batch at offset {BaseOffset} has a key of {Keys[index].Length} bytes");

    /// <summary>Opens a whole batch whose bytes nobody changes any more.</summary>
    /// <exception cref="InvalidRecordException">It is damaged or compressed, which a metadata log never is.</exception>
    public static MetadataBatch Open(ReadOnlyMemory<byte> bytes)
    {
        var view = new RecordBatchView(bytes.Span);
        if (!view.IsCrcValid)
        {
            throw new InvalidRecordException($"the batch at offset {view.Header.BaseOffset} has a wrong checksum");
        }

        var keys = new List<ReadOnlyMemory<byte>>();
        var values = new List<ReadOnlyMemory<byte>>();
        foreach (var record in view.Records)
        {
            keys.Add(SliceOf(bytes, record.Key));
            values.Add(SliceOf(bytes, record.Value));
        }

        return new MetadataBatch(view.Header, keys, values);
    }

    private static ReadOnlyMemory<byte> SliceOf(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> part) =>
        part.IsEmpty || !bytes.Span.Overlaps(part, out var start) ? ReadOnlyMemory<byte>.Empty : bytes.Slice(start, part.Length);
}
