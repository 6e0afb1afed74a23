using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Simulator.Disks;

namespace Deterministic.Simulator.Observing;

/// <summary>
/// Which records a compacted log was given for each key, in the order of their offsets. Survives the lives of the broker;
/// owned by the invariant that asks.
/// </summary>
internal sealed class KeyHistory(WatchedLog log)
{
    private readonly SortedDictionary<string, List<KeyedRecord>> _byKey = new(StringComparer.Ordinal);
    private long _end;

    /// <summary>The records of each key.</summary>
    internal IReadOnlyDictionary<string, List<KeyedRecord>> ByKey => _byKey;

    /// <summary>Takes in what the log was given since the last time, and forgets what it has lost behind its end.</summary>
    internal void Follow(DiskWitness disk)
    {
        CutTo(log.History.EndOffset);
        var batches = log.History.Batches;
        for (var i = log.History.IndexFrom(_end); i < batches.Count; i++)
        {
            if (batches[i].BaseOffset >= _end)
            {
                Take(disk, batches[i]);
            }
        }

        _end = log.History.EndOffset;
    }

    /// <summary>Forgets what stands at or behind an offset.</summary>
    internal void CutTo(long offset)
    {
        if (offset >= _end)
        {
            return;
        }

        _end = offset;
        foreach (var (_, records) in _byKey)
        {
            records.RemoveAll(record => record.Offset >= offset);
        }
    }

    /// <summary>The keys of a batch as they stand in it, each with its record.</summary>
    internal static List<(string Key, KeyedRecord Record)> RecordsOf(ReadOnlySpan<byte> bytes, long seenMs)
    {
        var found = new List<(string, KeyedRecord)>();
        using var codecs = new BatchCodecs(new BufferPool());
        using var opened = OpenedBatch.Open(new RecordBatchView(bytes), codecs);
        var header = opened.Batch.Header;
        var transactionOf = header.Attributes.IsTransactional ? header.ProducerId : -1;
        foreach (var record in opened.Records)
        {
            if (!record.IsKeyNull)
            {
                found.Add((
                    Convert.ToHexString(record.Key),
                    new KeyedRecord(header.BaseOffset + record.OffsetDelta, record.IsValueNull, seenMs, transactionOf)));
            }
        }

        return found;
    }

    private void Take(DiskWitness disk, in KnownBatch batch)
    {
        var bytes = new byte[batch.SizeBytes];
        if (batch.Attributes.IsControl || log.PathOf(batch.SegmentBase) is not { } path
            || disk.Read(path, batch.Position, bytes) != bytes.Length
            || new RecordBatchHeader(bytes) is var header && (header.BaseOffset != batch.BaseOffset || header.TotalBytes != batch.SizeBytes))
        {
            return;
        }

        foreach (var (key, record) in RecordsOf(bytes, batch.SeenMs))
        {
            if (!_byKey.TryGetValue(key, out var records))
            {
                _byKey.Add(key, records = []);
            }

            records.Add(record);
        }
    }
}
