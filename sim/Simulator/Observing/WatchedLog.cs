using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Server.Handlers;
using Deterministic.Server.Replication;
using Deterministic.Simulator.Disks;
using Deterministic.Simulator.Runs;
using Deterministic.Storage;

namespace Deterministic.Simulator.Observing;

/// <summary>
/// One replica's log over all lives of its broker: what it is now, what it was before the last step, and what it ever held
/// and promised. Owned by the watch of its broker.
/// </summary>
internal sealed class WatchedLog(SimBroker broker, TopicIdPartition id, TopicPartition name)
{
    private readonly byte[] _header = new byte[ControlRecord.BytesMax];
    private readonly List<LogConfig> _configs = [];
    private LogSegment? _segment;
    private bool _wasCompact;
    private int _position;
    private long _compactedBelow;

    /// <summary>Topic id and number.</summary>
    internal TopicIdPartition Id => id;

    /// <summary>Topic and number.</summary>
    internal TopicPartition Name => name;

    /// <summary>Whether it is the metadata log, which has no partition.</summary>
    internal bool IsMetadata => id.TopicId == Uuid.MetadataTopicId;

    /// <summary>Whether coordinators write it: their batches in transactions have sequences that mean nothing.</summary>
    internal bool IsOfCoordinator => InternalTopics.IsClosedToProducers(name.Topic);

    /// <summary>Whose it is.</summary>
    internal SimBroker Broker => broker;

    /// <summary>Whether its directory had failed when the last process that had it open ended.</summary>
    internal bool HasFailed { get; private set; }

    /// <summary>The log while a process has it open; null otherwise.</summary>
    internal PartitionLog? Log { get; private set; }

    /// <summary>The partition it belongs to; null for the metadata log, and while it is not open.</summary>
    internal Partition? Partition { get; private set; }

    /// <summary>Every batch it was given.</summary>
    internal LogHistory History { get; } = new();

    /// <summary>Times it was opened.</summary>
    internal int Opens { get; private set; }

    /// <summary>Where it ended when it was opened last: what lies behind was appended by the process that has it open.</summary>
    internal long OpenedEnd { get; private set; }

    /// <summary>Where it ended when this life of its broker opened it, wherever it has moved since.</summary>
    internal long StartedEnd { get; private set; }

    /// <summary>Where its marks stood before the step that moved them; of an earlier life, right after an opening.</summary>
    internal LogOffsets Before { get; private set; }

    /// <summary>Where they stand.</summary>
    internal LogOffsets Now { get; private set; }

    /// <summary>Position in <see cref="History"/> of the first batch that the last step added.</summary>
    internal int FirstAdded { get; private set; }

    /// <summary>Records below were acknowledged or could be read: they must be there as long as nobody asked to remove them.</summary>
    internal long PromisedEnd { get; private set; }

    /// <summary>The highest log start there ever was: what lies below may be gone.</summary>
    internal long HighestStart { get; private set; }

    /// <summary>What lies below may have been rewritten by compaction; 0 when the log was never compacted.</summary>
    internal long CompactedBelow => Log is { } log && _wasCompact ? Math.Max(_compactedBelow, log.Active.BaseOffset) : _compactedBelow;

    /// <summary>The configurations it had since its marks moved before the last time, the present one last.</summary>
    internal IReadOnlyList<LogConfig> Configs => _configs;

    /// <summary>Whether it can be looked at: it is open and its directory has not failed.</summary>
    internal bool IsOpen => Log is { IsOffline: false };

    /// <summary>Whether the marks that move with every append stand elsewhere than at the last look.</summary>
    internal bool HasMoved =>
        Log!.LogEndOffset != Now.End || Log.HighWatermark != Now.HighWatermark || Log.LogStartOffset != Now.Start;

    /// <inheritdoc/>
    public override string ToString() => $"{broker.Node.Name} {name} ({id.TopicId})";

    /// <summary>The file of the segment with that base offset; null when there is none.</summary>
    internal string? PathOf(long segmentBase) => Log?.Segments.FirstOrDefault(segment => segment.BaseOffset == segmentBase)?.LogPath;

    /// <summary>A process opened it. The history goes on from what is on the disk once <see cref="Adopt"/> was called.</summary>
    internal void Open(PartitionLog log, Partition? partition)
    {
        Log = log;
        Partition = partition;
        LookAtConfig();
        Opens++;
        Before = Now;
        Now = LogOffsets.Of(log);
        OpenedEnd = Now.End;
        StartedEnd = Now.End;
    }

    /// <summary>Within one life it has moved to another log directory: the same log, in other files.</summary>
    internal void MoveTo(PartitionLog log)
    {
        var startedEnd = StartedEnd;
        Open(log, Partition);
        StartedEnd = startedEnd;
    }

    /// <summary>What was found when it was opened is what the history holds from now on.</summary>
    internal void Adopt(LogScan found)
    {
        // What was not committed may be lost, and a start may have put other records in its place.
        History.CutTo(Now.End);
        foreach (var batch in found.Batches)
        {
            if (batch.BaseOffset >= PromisedEnd && !History.Holds(batch))
            {
                History.CutTo(batch.BaseOffset);
                break;
            }
        }

        FirstAdded = History.Batches.Count;
        foreach (var batch in found.Batches)
        {
            if (batch.BaseOffset >= History.EndOffset)
            {
                History.Add(batch);
            }
        }

        _segment = Log!.Active;
        _position = _segment.SizeBytes;
        Raise();
    }

    /// <summary>Its process has ended, or it was deleted.</summary>
    internal void Close()
    {
        _compactedBelow = CompactedBelow;
        HasFailed = Log is { IsOffline: true };
        Log = null;
        Partition = null;
        _segment = null;
    }

    /// <summary>The machine lost power: of what a log with durability memory held, only what was flushed is promised.</summary>
    internal void LosePageCache()
    {
        if (Log?.Config.Durability == Durability.Memory)
        {
            PromisedEnd = Math.Min(PromisedEnd, Now.Recovery);
        }
    }

    /// <summary>Whether compaction may have rewritten what it holds.</summary>
    internal bool WasCompact => _wasCompact;

    /// <summary>Notes a configuration that is new; true when there is one.</summary>
    internal bool LookAtConfig()
    {
        if (_configs.Count > 0 && ReferenceEquals(_configs[^1], Log!.Config))
        {
            return false;
        }

        _configs.Add(Log!.Config);
        _wasCompact |= Log.Config.IsCompact;
        return true;
    }

    /// <summary>Everybody was told of the move: configurations of before it can explain nothing that follows.</summary>
    internal void ForgetConfigs() => _configs.RemoveRange(0, _configs.Count - 1);

    /// <summary>Takes in what the last step did.</summary>
    internal void Move(DiskWitness disk, long nowMs)
    {
        Before = Now;
        Now = LogOffsets.Of(Log!);
        if (Now.End < Before.End)
        {
            History.CutTo(Now.End);
            PromisedEnd = Math.Min(PromisedEnd, Now.End);
            _segment = null;
        }

        FirstAdded = History.Batches.Count;
        ReadAdded(disk, nowMs);
        Raise();
    }

    private void Raise()
    {
        PromisedEnd = Math.Max(PromisedEnd, Now.HighWatermark);
        HighestStart = Math.Max(HighestStart, Now.Start);
        _compactedBelow = CompactedBelow;
    }

    private void ReadAdded(DiskWitness disk, long nowMs)
    {
        var segments = Log!.Segments;
        var index = _segment is null ? -1 : IndexOf(_segment);
        if (index < 0)
        {
            // Rolled away under our feet, or cut: begin with the first segment that can hold something new.
            index = segments.Count - 1;
            while (index > 0 && segments[index].BaseOffset > History.EndOffset)
            {
                index--;
            }

            _position = 0;
        }

        for (; index < segments.Count; index++)
        {
            ReadAdded(disk, segments[index], nowMs);
            _segment = segments[index];
            if (index < segments.Count - 1)
            {
                _position = 0;
            }
        }
    }

    /// <summary>Stops at bytes that are no batch: a fault has harmed them, or the log is not whole, and that is another's to say.</summary>
    private void ReadAdded(DiskWitness disk, LogSegment segment, long nowMs)
    {
        while (_position < segment.SizeBytes)
        {
            var count = disk.Read(segment.LogPath, _position, _header.AsSpan(0, RecordBatchHeader.SizeBytes));
            if (count < RecordBatchHeader.SizeBytes)
            {
                return;
            }

            var header = new RecordBatchHeader(_header);
            if (header.Attributes.IsControl)
            {
                disk.Read(segment.LogPath, _position, _header);
            }

            var size = (int)header.TotalBytes;
            if (size < RecordBatchHeader.SizeBytes)
            {
                return;
            }

            if (header.BaseOffset >= History.EndOffset)
            {
                History.Add(KnownBatch.Of(_header, segment.BaseOffset, _position, nowMs));
            }

            _position += size;
        }
    }

    private int IndexOf(LogSegment segment)
    {
        var segments = Log!.Segments;
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            if (ReferenceEquals(segments[i], segment))
            {
                return i;
            }
        }

        return -1;
    }
}
