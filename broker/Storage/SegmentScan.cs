using System.Globalization;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <summary>
/// Reads a segment batch by batch, checks every CRC, rebuilds its indexes and cuts it behind the last good batch. A magic
/// byte that flipped (it lies outside the CRC) is put right when the CRC proves the rest. Lives for one segment.
/// </summary>
internal sealed class SegmentScan(PartitionLog log, LogSegment segment)
{
    private const int MagicBytes = 1;
    private const int SearchWindowBytes = 64 * 1024;
    private const int SearchBytesMax = 64 * 1024 * 1024;

    private readonly byte[] _chunk = log.Group.ScanWindow;
    private int _goodEnd;

    /// <summary>Bytes taken off the end.</summary>
    internal int BytesCut { get; private set; }

    /// <summary>What was wrong at the cut.</summary>
    internal string Problem { get; private set; } = "";

    /// <summary>Where the cut bytes were kept, when a good batch was among them; else null.</summary>
    internal string? SavedAs { get; private set; }

    /// <summary>Scans all of it; returns the offset behind the last good batch.</summary>
    internal long Rebuild()
    {
        var fileBytes = segment.SizeBytes;
        segment.StartEmpty();
        segment.IsRebuilt = true;
        var end = ScanFrom(0, fileBytes, segment.BaseOffset, isPlacing: true);
        Cut(fileBytes, segment.SizeBytes);
        return end;
    }

    /// <summary>After a clean stop: checks what lies behind the last index entry; returns the log end.</summary>
    internal long VerifyTail()
    {
        var fileBytes = segment.SizeBytes;
        var position = segment.Offsets.Count == 0 ? 0 : segment.Offsets.EntryAt(segment.Offsets.Count - 1).Position;
        var end = ScanFrom(position, fileBytes, segment.BaseOffset, isPlacing: false);
        if (_goodEnd < fileBytes)
        {
            // In this order: what is cut can only be kept while it is still there.
            Cut(fileBytes, _goodEnd);
            segment.CutTo(_goodEnd, end);
        }

        return end;
    }

    private long ScanFrom(int position, int fileBytes, long minOffset, bool isPlacing)
    {
        var next = minOffset;
        _goodEnd = position;
        Span<byte> header = stackalloc byte[RecordBatchHeader.SizeBytes];
        while (_goodEnd < fileBytes)
        {
            if (CheckBatch(_goodEnd, fileBytes, next, header) is { } problem)
            {
                Problem = problem;
                break;
            }

            var batch = new RecordBatchHeader(header);
            if (isPlacing)
            {
                segment.Place(batch, log.Config.IndexIntervalBytes);
            }

            _goodEnd += (int)batch.TotalBytes;
            next = batch.LastOffset + 1;
        }

        return next;
    }

    /// <summary>Null when a good batch begins here; its header is then in <paramref name="header"/>.</summary>
    private string? CheckBatch(int position, int fileBytes, long minOffset, Span<byte> header)
    {
        if (fileBytes - position < RecordBatchHeader.SizeBytes)
        {
            Mark.Hit("recovery.tail-shorter-than-a-header");
            return $"{fileBytes - position} bytes are too few for a batch";
        }

        segment.File.Read(position, header);
        var batch = new RecordBatchHeader(header);
        if (batch.TotalBytes < RecordBatchHeader.SizeBytes || batch.TotalBytes > fileBytes - position)
        {
            Mark.Hit("recovery.tail-batch-not-whole");
            return $"a batch states {batch.TotalBytes} bytes, {fileBytes - position} are left";
        }

        // Offsets lie outside the CRC; a segment spans no more than its indexes can say.
        if (batch.BaseOffset < minOffset || batch.LastOffsetDelta < 0 || batch.LastOffset - segment.BaseOffset is < 0 or > int.MaxValue)
        {
            Mark.Hit("recovery.tail-offsets-wrong");
            return $"a batch states offsets {batch.BaseOffset} to {batch.LastOffset}, the next one is {minOffset}";
        }

        if (Crc(position, (int)batch.TotalBytes) != batch.Crc)
        {
            Mark.Hit("recovery.tail-crc-wrong");
            return $"the CRC of the batch at offset {batch.BaseOffset} does not match";
        }

        if (batch.Magic != RecordBatchHeader.CurrentMagic)
        {
            RepairMagic(position, batch, header);
        }

        return null;
    }

    private void RepairMagic(int position, in RecordBatchHeader batch, Span<byte> header)
    {
        Mark.Hit("recovery.magic-repaired");
        log.Group.Log.Warning(string.Create(
            CultureInfo.InvariantCulture,
            $"{segment.LogPath}: the batch at offset {batch.BaseOffset} states magic {batch.Magic}; its CRC proves magic {RecordBatchHeader.CurrentMagic}, which was put back"));
        header[RecordBatchHeader.MagicPosition] = (byte)RecordBatchHeader.CurrentMagic;
        segment.File.Write(
            position + RecordBatchHeader.MagicPosition, header.Slice(RecordBatchHeader.MagicPosition, MagicBytes));
    }

    /// <summary>Null when the file ends before the batch does.</summary>
    private uint? Crc(int position, int batchBytes)
    {
        var crc = 0u;
        var at = position + RecordBatchHeader.CrcCoveragePosition;
        var end = position + batchBytes;
        while (at < end)
        {
            var read = segment.File.Read(at, _chunk.AsSpan(0, Math.Min(_chunk.Length, end - at)));
            if (read == 0)
            {
                return null;
            }

            crc = Crc32C.Append(crc, _chunk.AsSpan(0, read));
            at += read;
        }

        return crc;
    }

    private void Cut(int fileBytes, int goodBytes)
    {
        BytesCut = fileBytes - goodBytes;
        if (BytesCut > 0)
        {
            SaveIfGoodBatchFollows(goodBytes, fileBytes);
            segment.File.SetLength(goodBytes);
        }
    }

    /// <summary>What is cut is a torn tail unless a whole batch stands behind the bad place: then it is kept for people to look at.</summary>
    private void SaveIfGoodBatchFollows(int goodBytes, int fileBytes)
    {
        var window = new byte[SearchWindowBytes];
        var searchEnd = (int)Math.Min(fileBytes, (long)goodBytes + SearchBytesMax);
        var at = goodBytes + 1;
        while (at + RecordBatchHeader.SizeBytes <= searchEnd)
        {
            var read = segment.File.Read(at, window.AsSpan(0, Math.Min(window.Length, searchEnd - at)));
            for (var i = 0; i + RecordBatchHeader.SizeBytes <= read; i++)
            {
                if (IsGoodBatch(new RecordBatchHeader(window.AsSpan(i)), at + i, fileBytes))
                {
                    Save(goodBytes, fileBytes);
                    return;
                }
            }

            at += Math.Max(1, read - RecordBatchHeader.SizeBytes + 1);
        }
    }

    private bool IsGoodBatch(in RecordBatchHeader batch, int position, int fileBytes) =>
        batch.Magic == RecordBatchHeader.CurrentMagic
        && batch.TotalBytes >= RecordBatchHeader.SizeBytes && batch.TotalBytes <= fileBytes - position
        && batch.BaseOffset >= segment.BaseOffset
        && Crc(position, (int)batch.TotalBytes) == batch.Crc;

    private void Save(int goodBytes, int fileBytes)
    {
        Mark.Hit("recovery.cut-bytes-saved");
        SavedAs = $"{segment.LogPath}.{goodBytes}{StoragePaths.CutSuffix}";
        using var saved = log.Group.Disk.Open(SavedAs, FileOpening.Empty);
        for (var at = goodBytes; at < fileBytes;)
        {
            var read = segment.File.Read(at, _chunk.AsSpan(0, Math.Min(_chunk.Length, fileBytes - at)));
            saved.Write(at - goodBytes, _chunk.AsSpan(0, read));
            at += Math.Max(read, 1);
        }

        saved.Flush();
        log.Group.Disk.SyncDirectory(log.Path);
    }
}
