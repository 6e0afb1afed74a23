using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Tests.Groups;

/// <summary>A log in memory: an append is durable at once, or when the test says so, or never.</summary>
public sealed class RecordingGroupLog : IGroupLog
{
    private readonly Dictionary<int, MemoryStream> _partitions = [];
    private readonly Dictionary<int, long> _logEndOffsets = [];
    private readonly Queue<(int Partition, Memory<byte> Batch, Action<ErrorCode> Completion)> _held = [];

    /// <summary>While true, appends wait for <see cref="Release"/>.</summary>
    public bool IsHolding { get; set; }

    public int Appends { get; private set; }

    public void Append(int partition, Memory<byte> batch, Action<ErrorCode> completion, short transactionVersion = 0)
    {
        Appends++;
        _held.Enqueue((partition, batch, completion));
        if (!IsHolding)
        {
            Release(ErrorCode.None);
        }
    }

    public void Release(ErrorCode error)
    {
        while (_held.TryDequeue(out var append))
        {
            if (error == ErrorCode.None)
            {
                Write(append.Partition, append.Batch);
            }

            append.Completion(error);
        }
    }

    public byte[] BytesOf(int partition) => _partitions.TryGetValue(partition, out var bytes) ? bytes.ToArray() : [];

    public IReadOnlyList<GroupRecord> RecordsOf(int partition)
    {
        var records = new List<GroupRecord>();
        foreach (var batch in new RecordBatchReader(BytesOf(partition)))
        {
            foreach (var record in batch.Records)
            {
                var value = record.IsValueNull ? Protocol.Wire.Blob.Null : new Protocol.Wire.Blob(record.Value.ToArray());
                records.Add(new GroupRecord(new Protocol.Wire.Blob(record.Key.ToArray()), value));
            }
        }

        return records;
    }

    private void Write(int partition, Memory<byte> batch)
    {
        if (!_partitions.TryGetValue(partition, out var bytes))
        {
            bytes = new MemoryStream();
            _partitions.Add(partition, bytes);
        }

        var baseOffset = _logEndOffsets.GetValueOrDefault(partition);
        RecordBatchHeader.SetBaseOffset(batch.Span, baseOffset);
        _logEndOffsets[partition] = baseOffset + new RecordBatchHeader(batch.Span).LastOffsetDelta + 1;
        bytes.Write(batch.Span);
    }
}
