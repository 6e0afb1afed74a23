using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;

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
    private readonly RecordBatchBuilder _batch = new();
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
        Begin(isControl: true);
        var header = new SnapshotHeaderRecord { LastContainedLogTimestamp = lastContainedTimestampMs };
        Append(ControlRecordType.SnapshotHeader, ref header);
        if (kraftVersion > 0 && voters is not null)
        {
            var version = new KRaftVersionRecord { KRaftVersion = kraftVersion };
            Append(ControlRecordType.KRaftVersion, ref version);
            var record = voters.ToRecord();
            Append(ControlRecordType.KRaftVoters, ref record);
        }

        WriteBatch();
    }

    /// <summary>Writes one metadata record.</summary>
    public void Write(ReadOnlyMemory<byte> record)
    {
        if (_batch.RecordCount == 0)
        {
            Begin(isControl: false);
        }

        _batch.Append(_nowMs, Blob.Null, new Blob(record));
        if (_batch.SizeBytes >= BatchBytesMax)
        {
            WriteBatch();
        }
    }

    /// <summary>Writes what is left and the footer. The file is not flushed yet.</summary>
    public void WriteFooter()
    {
        if (_batch.RecordCount > 0)
        {
            WriteBatch();
        }

        Begin(isControl: true);
        var footer = new SnapshotFooterRecord();
        Append(ControlRecordType.SnapshotFooter, ref footer);
        WriteBatch();
    }

    private void Begin(bool isControl) => _batch.Begin(new BatchOptions
    {
        BaseOffset = _offset,
        PartitionLeaderEpoch = _epoch,
        IsControl = isControl,
    });

    private void Append<T>(ControlRecordType type, ref T record)
        where T : struct, IStoredMessage =>
        _batch.Append(_nowMs, ControlRecords.KeyOf(type), ControlRecords.ValueOf(ref record, version: 0));

    private void WriteBatch()
    {
        var bytes = _batch.Build();
        _file.Write(SizeBytes, bytes.Span);
        _offset += _batch.RecordCount;
        SizeBytes += bytes.Length;
        Begin(isControl: false);
    }
}
