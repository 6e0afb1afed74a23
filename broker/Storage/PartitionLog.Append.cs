using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <content>Appending.</content>
public sealed partial class PartitionLog
{
    /// <summary>How many batches may wait for one write; more are written at once, within the same run.</summary>
    public const int BatchesPerWriteMax = 512;

    /// <summary>How many bytes may wait for one write.</summary>
    public const int BytesPerWriteMax = 8 * 1024 * 1024;

    private readonly List<ReadOnlyMemory<byte>> _appended = [];
    private long _appendedBytes;
    private bool _epochsChanged;

    /// <summary>
    /// Appends one complete batch (v2) that has passed validation. Sets base offset and leader epoch in place. The bytes must
    /// stay as they are until the end of the current run (see <see cref="GroupCommit"/>). The append is acknowledged when
    /// <see cref="DurableEndOffset"/> is above the result's last offset, also for a duplicate.
    /// </summary>
    public AppendResult AppendAsLeader(Memory<byte> batch, int leaderEpoch, AppendOrigin origin = default)
    {
        CheckOwner();
        if (IsOffline)
        {
            return AppendResult.Refused(ErrorCode.KafkaStorageError, Offline());
        }

        var header = new RecordBatchHeader(batch.Span);
        Check.That(header.TotalBytes == batch.Length, $"{TopicPartition}: a batch of {header.TotalBytes} bytes in {batch.Length}");
        if (batch.Length > Config.MaxMessageBytes && !header.Attributes.IsControl)
        {
            Mark.Hit("append.batch-too-large");
            return AppendResult.Refused(
                ErrorCode.MessageTooLarge, $"The batch has {batch.Length} bytes; max.message.bytes is {Config.MaxMessageBytes}.");
        }

        if (batch.Length > Config.SegmentBytes)
        {
            Mark.Hit("append.batch-larger-than-segment");
            return AppendResult.Refused(
                ErrorCode.RecordListTooLarge, $"The batch has {batch.Length} bytes; segment.bytes is {Config.SegmentBytes}.");
        }

        if (header.HasProducerId && CheckProducer(batch.Span, header, origin) is { } answer)
        {
            return answer;
        }

        RecordBatchHeader.SetBaseOffset(batch.Span, LogEndOffset);
        RecordBatchHeader.SetPartitionLeaderEpoch(batch.Span, leaderEpoch);
        return Place(batch) is { } failed ? failed : new AppendResult(ErrorCode.None, header.BaseOffset, header.LastOffset, false, null);
    }

    /// <summary>Appends one complete batch that already has its offsets and leader epoch, as a follower or a quorum replica.</summary>
    public AppendResult AppendAsFollower(ReadOnlyMemory<byte> batch)
    {
        CheckOwner();
        if (IsOffline)
        {
            return AppendResult.Refused(ErrorCode.KafkaStorageError, Offline());
        }

        var header = new RecordBatchHeader(batch.Span);
        Check.That(header.TotalBytes == batch.Length, $"{TopicPartition}: a batch of {header.TotalBytes} bytes in {batch.Length}");
        Check.That(
            header.BaseOffset >= LogEndOffset,
            $"{TopicPartition}: a batch at offset {header.BaseOffset} cannot follow log end {LogEndOffset}");
        return Place(batch) is { } failed ? failed : new AppendResult(ErrorCode.None, header.BaseOffset, header.LastOffset, false, null);
    }

    /// <summary>Rolls the active segment if one of its limits is reached; the owner calls it now and then for idle logs.</summary>
    public void MaybeRoll(long nowMs)
    {
        CheckOwner();
        if (!IsOffline && Active.SizeBytes > 0 && TryKnowFirstTimestamp() && HasWaitedToRoll(nowMs, nowMs))
        {
            Mark.Hit("log.rolled-while-idle");
            _ = TryRoll(LogEndOffset);
        }
    }

    /// <summary>Writes what was appended, in one write. Called at the end of the run.</summary>
    internal void WriteAppended()
    {
        if (_appended.Count == 0 || IsOffline)
        {
            _appended.Clear();
            _appendedBytes = 0;
            return;
        }

        try
        {
            if (_epochsChanged)
            {
                _epochs.Write();
                _epochsChanged = false;
            }

            var position = Active.SizeBytes - _appendedBytes;
            if (_appended.Count == 1)
            {
                Active.File.Write(position, _appended[0].Span);
            }
            else
            {
                Active.File.Write(position, _appended);
            }

            WrittenEndOffset = LogEndOffset;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Mark.Hit("log.write-failed");
            Fail("write", e);
        }

        _appended.Clear();
        _appendedBytes = 0;
    }

    private AppendResult? CheckProducer(ReadOnlySpan<byte> batch, in RecordBatchHeader header, AppendOrigin origin)
    {
        if (header.Attributes.IsControl)
        {
            if (!ControlRecord.TryRead(batch, out var marker))
            {
                return null;
            }

            var refused = _producers.CheckMarker(header, marker, origin.TransactionVersion);
            return refused == ErrorCode.None
                ? null
                : AppendResult.Refused(refused, $"Marker of producer {header.ProducerId} at epoch {header.ProducerEpoch}, coordinator epoch {marker.CoordinatorEpoch}.");
        }

        if (origin.IsCoordinator)
        {
            // Its batches have no sequence of their own, and nobody sends them twice.
            var fenced = _producers.CheckCoordinatorAppend(header);
            return fenced == ErrorCode.None ? null : AppendResult.Refused(fenced, DescribeRefusal(header));
        }

        var error = _producers.CheckAppend(header, out var duplicate);
        if (duplicate is { } first)
        {
            Mark.Hit("append.duplicate-answered");
            return new AppendResult(ErrorCode.None, first.FirstOffset, first.LastOffset, true, null);
        }

        return error == ErrorCode.None ? null : AppendResult.Refused(error, DescribeRefusal(header));
    }

    private string DescribeRefusal(in RecordBatchHeader header)
    {
        var state = _producers.Find(header.ProducerId);
        return $"Producer {header.ProducerId} sent epoch {header.ProducerEpoch}, first sequence {header.BaseSequence} to {TopicPartition}; "
            + $"its epoch here is {state?.ProducerEpoch}, its last sequence {state?.LastBatch.LastSequence}.";
    }

    private AppendResult? Place(ReadOnlyMemory<byte> batch)
    {
        var header = new RecordBatchHeader(batch.Span);
        if (!TryKnowFirstTimestamp() || (MustRoll(header) && !TryRoll(header.BaseOffset)))
        {
            return AppendResult.Refused(ErrorCode.KafkaStorageError, Offline());
        }

        Active.Place(header, Config.IndexIntervalBytes);
        _appended.Add(batch);
        _appendedBytes += batch.Length;
        _epochsChanged |= _epochs.Assign(header.PartitionLeaderEpoch, header.BaseOffset);
        Replay(header, batch.Span, Active);
        LogEndOffset = header.LastOffset + 1;
        _producers.EndOffset = LogEndOffset;
        if (_appended.Count >= BatchesPerWriteMax || _appendedBytes >= BytesPerWriteMax)
        {
            Mark.Hit("log.written-within-run");
            WriteAppended();
        }

        _group.Schedule(this);
        return IsOffline ? AppendResult.Refused(ErrorCode.KafkaStorageError, Offline()) : null;
    }

    /// <summary>Takes a batch into the producer state and, for an aborting marker, into the segment's transaction index.</summary>
    private void Replay(in RecordBatchHeader header, ReadOnlySpan<byte> batch, LogSegment? indexing)
    {
        if (!header.HasProducerId)
        {
            return;
        }

        if (!header.Attributes.IsControl)
        {
            _producers.ReplayData(header, NowMs);
            return;
        }

        if (header.RecordCount == 0)
        {
            Mark.Hit("recovery.emptied-marker");
            _producers.ReplayEpoch(header, NowMs);
            return;
        }

        if (!ControlRecord.TryRead(batch, out var marker)
            || _producers.ReplayMarker(header, marker, NowMs) is not { IsAborted: true } aborted)
        {
            return;
        }

        indexing?.Transactions.Append(new AbortedTransaction(
            aborted.ProducerId, aborted.FirstOffset, aborted.LastOffset, _producers.LastStableOffsetAfter(aborted)));
    }

    private bool MustRoll(in RecordBatchHeader batch)
    {
        var active = Active;
        if (active.SizeBytes > 0 && active.SizeBytes > Config.SegmentBytes - batch.TotalBytes)
        {
            Mark.Hit("log.roll-by-size");
            return true;
        }

        if (active.SizeBytes > 0 && HasWaitedToRoll(NowMs, batch.MaxTimestamp))
        {
            Mark.Hit("log.roll-by-time");
            return true;
        }

        if (active.Offsets.Count >= Config.SegmentIndexBytes / OffsetIndex.EntryBytes
            || active.Times.Count >= (Config.SegmentIndexBytes / TimeIndex.EntryBytes) - 1)
        {
            Mark.Hit("log.roll-by-full-index");
            return true;
        }

        return batch.LastOffset - active.BaseOffset > int.MaxValue;
    }

    /// <summary>After a start it is read from the segment's first batch, once; false when the disk fails that.</summary>
    private bool TryKnowFirstTimestamp()
    {
        try
        {
            _ = Active.FirstBatchTimestamp;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Mark.Hit("append.first-batch-unreadable");
            Fail("read", e);
            return false;
        }
    }

    private bool HasWaitedToRoll(long nowMs, long batchTimestamp)
    {
        var first = Active.FirstBatchTimestamp;
        var waited = first >= 0 ? batchTimestamp - first : nowMs - Active.CreatedMs;
        return waited > Config.RollMs - Math.Min(_rollJitterMs, Config.RollMs);
    }

    private string Offline() =>
        $"Log directory {_group.Directory.Path} is offline: {_group.Failure?.Message}";
}
