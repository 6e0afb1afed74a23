using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Stored.Control;

namespace Deterministic.Raft;

/// <summary>
/// Writes the batches of a snapshot: a control batch with header, kraft.version and voters; the records, cut into batches;
/// a control batch with the footer. Used once.
/// </summary>
public sealed class SnapshotWriter
{
    /// <summary>Records are cut into batches of about this size.</summary>
    public const int BatchBytesMax = 1024 * 1024;

    private readonly IFile _file;
    private readonly int _epoch;
    private readonly long _nowMs;
    private readonly BatchWriter _batch = new();
    private long _offset;

    /// <summary>A writer at the start of an empty file. Batches carry <paramref name="epoch"/> and the time <paramref name="nowMs"/>.</summary>
    public SnapshotWriter(IFile file, int epoch, long nowMs)
    {
        _file = file;
        _epoch = epoch;
        _nowMs = nowMs;
    }

    /// <summary>Bytes written.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Writes the header; <paramref name="voters"/> is null with kraft.version 0.</summary>
    public void WriteHeader(long lastContainedTimestampMs, short kraftVersion, VoterSet? voters)
    {
        var header = new SnapshotHeaderRecord { LastContainedLogTimestamp = lastContainedTimestampMs };
        _batch.AddControl(ControlRecordType.SnapshotHeader, ref header, 0);
        if (kraftVersion > 0 && voters is not null)
        {
            var version = new KRaftVersionRecord { KRaftVersion = kraftVersion };
            _batch.AddControl(ControlRecordType.KRaftVersion, ref version, 0);
            var record = voters.ToRecord();
            _batch.AddControl(ControlRecordType.KRaftVoters, ref record, 0);
        }

        WriteBatch();
    }

    /// <summary>Writes one metadata record.</summary>
    public void Write(ReadOnlyMemory<byte> record)
    {
        _batch.Add(record);
        if (_batch.SizeBytesEstimate >= BatchBytesMax)
        {
            WriteBatch();
        }
    }

    /// <summary>Writes what is left and the footer. The file is not flushed yet.</summary>
    public void WriteFooter()
    {
        if (_batch.Count > 0)
        {
            WriteBatch();
        }

        var footer = new SnapshotFooterRecord();
        _batch.AddControl(ControlRecordType.SnapshotFooter, ref footer, 0);
        WriteBatch();
    }

    private void WriteBatch()
    {
        var count = _batch.Count;
        var bytes = _batch.Seal(_offset, _epoch, _nowMs);
        _file.Write(SizeBytes, bytes);
        _offset += count;
        SizeBytes += bytes.Length;
    }
}
