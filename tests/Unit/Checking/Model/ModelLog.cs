using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Tests.Model;

/// <summary>A log that keeps every promise.</summary>
internal sealed class ModelLog(LogKey key)
{
    private readonly List<(long? Value, ModelTxn? Txn)> _entries = [];

    public LogKey Key { get; } = key;

    public long HighWatermark => _entries.Count;

    public long LastStable
    {
        get
        {
            var open = _entries.FindIndex(entry => entry.Txn is { IsOpen: true });
            return open < 0 ? _entries.Count : open;
        }
    }

    public long Append(long value, ModelTxn? txn = null)
    {
        txn?.Touch(this);
        _entries.Add((value, txn));
        return _entries.Count - 1;
    }

    public void AppendMarker() => _entries.Add((null, null));

    /// <summary>At most so many records from a position on; the position moves behind what was looked at.</summary>
    public List<PolledRecord> Read(ref long position, int max, IsolationLevel isolation)
    {
        var end = isolation == IsolationLevel.ReadCommitted ? LastStable : HighWatermark;
        var records = new List<PolledRecord>();
        for (; position < end && records.Count < max; position++)
        {
            var (value, txn) = _entries[(int)position];
            if (value is { } known && (txn is null || txn.IsCommitted || isolation == IsolationLevel.ReadUncommitted))
            {
                records.Add(new PolledRecord(Key, position, known));
            }
        }

        return records;
    }
}
