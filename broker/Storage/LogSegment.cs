using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <summary>
/// One segment: a <c>.log</c> file and its indexes. Owned by its log's shard; its file may be read by other shards while a
/// reader reference is held. Files are opened on first use.
/// <para>Invariant: every batch has base offset &gt;= <see cref="BaseOffset"/> and batches' offsets rise.</para>
/// </summary>
internal sealed class LogSegment
{
    private const int LookupWindowBytes = 4096;

    private readonly IDisk _disk;
    private readonly string _directory;
    private IFile? _file;
    private int _readers;
    private bool _closing;
    private int _bytesSinceIndexEntry;
    private long _firstBatchTimestamp = NotKnown;
    private long _maxTimestamp = NotKnown;
    private long _offsetOfMaxTimestamp = -1;

    private const long NotKnown = long.MinValue;
    private const long NoTimestamp = -1;

    internal LogSegment(IDisk disk, string directory, long baseOffset, long createdMs)
    {
        _disk = disk;
        _directory = directory;
        BaseOffset = baseOffset;
        CreatedMs = createdMs;
        Offsets = new OffsetIndex(disk, PathOf(StoragePaths.IndexSuffix), baseOffset);
        Times = new TimeIndex(disk, PathOf(StoragePaths.TimeIndexSuffix), baseOffset);
        Transactions = new TransactionIndex(disk, PathOf(StoragePaths.TransactionIndexSuffix));
    }

    internal long BaseOffset { get; }

    /// <summary>When this process made or opened it; stands in for timestamps where records have none.</summary>
    internal long CreatedMs { get; }

    /// <summary>Whether this start has read it batch by batch and made its indexes anew.</summary>
    internal bool IsRebuilt { get; set; }

    /// <summary>Bytes placed, of which the last may not be in the file yet.</summary>
    internal int SizeBytes { get; private set; }

    internal OffsetIndex Offsets { get; }

    internal TimeIndex Times { get; }

    internal TransactionIndex Transactions { get; }

    internal string LogPath => PathOf(StoragePaths.LogSuffix);

    internal string SnapshotPath => PathOf(StoragePaths.SnapshotSuffix);

    internal IFile File => _file ??= _disk.Open(LogPath, FileOpening.OrCreate);

    internal long MaxTimestamp
    {
        get
        {
            KnowMaxTimestamp();
            return _maxTimestamp;
        }
    }

    internal long OffsetOfMaxTimestamp
    {
        get
        {
            KnowMaxTimestamp();
            return _offsetOfMaxTimestamp;
        }
    }

    /// <summary>Max timestamp of its first batch, which time-based rolling counts from; -1 when empty.</summary>
    internal long FirstBatchTimestamp
    {
        get
        {
            if (_firstBatchTimestamp == NotKnown)
            {
                var cursor = new BatchCursor(File, 0, SizeBytes, stackalloc byte[RecordBatchHeader.SizeBytes]);
                _firstBatchTimestamp = cursor.MoveNext() ? cursor.Header.MaxTimestamp : NotKnown;
            }

            return _firstBatchTimestamp == NotKnown ? NoTimestamp : _firstBatchTimestamp;
        }
    }

    /// <summary>An empty segment that is about to be appended to or rebuilt: indexes in memory and empty.</summary>
    internal void StartEmpty()
    {
        SizeBytes = 0;
        Offsets.File.Reset();
        Times.File.Reset();
        Transactions.Reset();
        _bytesSinceIndexEntry = 0;
        _maxTimestamp = NoTimestamp;
        _offsetOfMaxTimestamp = BaseOffset;
        _firstBatchTimestamp = NotKnown;
    }

    /// <summary>A sealed segment found on disk.</summary>
    internal void AdoptSize(int sizeBytes) => SizeBytes = sizeBytes;

    /// <summary>Brings the indexes into memory, so that it can be appended to or cut.</summary>
    internal void LoadIndexes()
    {
        KnowMaxTimestamp();
        Offsets.File.Load();
        Times.File.Load();
        _ = Transactions.Entries;
    }

    /// <summary>Accounts for a batch at the end: size, indexes, timestamps. Writing its bytes is the log's matter.</summary>
    internal void Place(in RecordBatchHeader batch, int indexIntervalBytes)
    {
        var bytes = (int)batch.TotalBytes;
        if (batch.MaxTimestamp > MaxTimestamp)
        {
            _maxTimestamp = batch.MaxTimestamp;
            _offsetOfMaxTimestamp = batch.LastOffset;
        }

        if (_bytesSinceIndexEntry > indexIntervalBytes)
        {
            Offsets.Append(batch.LastOffset, SizeBytes);
            Times.MaybeAppend(_maxTimestamp, _offsetOfMaxTimestamp);
            _bytesSinceIndexEntry = 0;
        }

        if (SizeBytes == 0)
        {
            _firstBatchTimestamp = batch.MaxTimestamp;
        }

        _bytesSinceIndexEntry += bytes;
        SizeBytes += bytes;
    }

    /// <summary>Writes the indexes as Kafka expects them of a segment that is no longer appended to. They are not flushed yet.</summary>
    internal void WriteIndexes(List<IFile> written)
    {
        if (SizeBytes > 0)
        {
            Times.MaybeAppend(MaxTimestamp, OffsetOfMaxTimestamp);
        }

        written.Add(Offsets.File.Write());
        written.Add(Times.File.Write());
        if (Transactions.Write() is { } transactions)
        {
            written.Add(transactions);
        }
    }

    /// <summary>The first batch whose last offset is at least <paramref name="offset"/>; null when there is none in the file.</summary>
    internal BatchPlace? FindBatch(long offset, int endPosition)
    {
        var cursor = new BatchCursor(File, Offsets.PositionAtOrBefore(offset), endPosition, stackalloc byte[LookupWindowBytes]);
        while (cursor.MoveNext())
        {
            var header = cursor.Header;
            if (header.LastOffset >= offset)
            {
                return new BatchPlace(header.BaseOffset, header.LastOffset, (int)cursor.Position, (int)header.TotalBytes, header.MaxTimestamp);
            }
        }

        return null;
    }

    /// <summary>The end of the last whole batch that ends at or before <paramref name="limit"/>, looking from a batch at <paramref name="position"/>.</summary>
    internal int LastBatchEnd(int position, int limit)
    {
        var from = Math.Max(position, Offsets.BatchPositionAtOrBefore(limit));
        var cursor = new BatchCursor(File, from, limit, stackalloc byte[LookupWindowBytes]);
        while (cursor.MoveNext())
        {
            // The cursor refuses a batch that reaches over the limit.
        }

        return (int)cursor.NextPosition;
    }

    /// <summary>Base offset of the batch at a position where one begins.</summary>
    internal long BaseOffsetAt(int position)
    {
        var cursor = new BatchCursor(File, position, SizeBytes, stackalloc byte[RecordBatchHeader.SizeBytes]);
        return cursor.MoveNext() ? cursor.Header.BaseOffset : long.MaxValue;
    }

    /// <summary>Cuts the file to its first bytes, which end at the end of a batch. Indexes must be in memory.</summary>
    internal void CutTo(int sizeBytes, long firstOffsetCut)
    {
        Offsets.TruncateFrom(firstOffsetCut);
        Times.TruncateFrom(firstOffsetCut);
        Transactions.TruncateFrom(firstOffsetCut);
        File.SetLength(sizeBytes);
        SizeBytes = sizeBytes;
        _bytesSinceIndexEntry = 0;
        (_maxTimestamp, _offsetOfMaxTimestamp) = Times.Last;
        var from = Offsets.Count == 0 ? 0 : Offsets.EntryAt(Offsets.Count - 1).Position;
        var cursor = new BatchCursor(File, from, sizeBytes, stackalloc byte[LookupWindowBytes]);
        while (cursor.MoveNext())
        {
            if (cursor.Header.MaxTimestamp > _maxTimestamp)
            {
                _maxTimestamp = cursor.Header.MaxTimestamp;
                _offsetOfMaxTimestamp = cursor.Header.LastOffset;
            }
        }
    }

    internal void AddReader() => _readers++;

    internal void RemoveReader()
    {
        Check.That(_readers > 0, $"{LogPath}: more readers left than came");
        _readers--;
        if (_readers == 0 && _closing)
        {
            CloseFiles();
        }
    }

    /// <summary>Closes the files once the last reader has left.</summary>
    internal void Close()
    {
        _closing = true;
        if (_readers == 0)
        {
            CloseFiles();
        }
    }

    /// <summary>Lets go of file handles until the next use, so that a node with many segments does not hold them all.</summary>
    internal void CloseIdleFiles()
    {
        if (_readers == 0)
        {
            CloseFiles();
        }
    }

    /// <summary>The paths of all its files.</summary>
    internal IEnumerable<string> Paths()
    {
        yield return LogPath;
        yield return Offsets.File.Path;
        yield return Times.File.Path;
        yield return Transactions.Path;
        yield return SnapshotPath;
    }

    private void CloseFiles()
    {
        _file?.Dispose();
        _file = null;
        Offsets.File.Close();
        Times.File.Close();
    }

    private void KnowMaxTimestamp()
    {
        if (_maxTimestamp == NotKnown)
        {
            (_maxTimestamp, _offsetOfMaxTimestamp) = Times.Last;
        }
    }

    private string PathOf(string suffix) => DiskPath.Join(_directory, StoragePaths.FileName(BaseOffset, suffix));
}
