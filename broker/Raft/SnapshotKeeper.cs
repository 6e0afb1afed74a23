using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Raft;

/// <summary>
/// Decides when the metadata log gets a snapshot, writes it, and lets go of what lies behind: the log and its snapshots
/// stay within <c>metadata.max.retention.*</c>. Owned by shard 0; one snapshot is written at a time.
/// <para>Order of steps: write to a <c>.part</c> file, flush, rename, sync the directory, only then delete older snapshots
/// and the log before the oldest one left. After a crash at any step the latest whole snapshot and the log behind it are there.</para>
/// </summary>
public sealed class SnapshotKeeper(Shard shard, RaftNode raft)
{
    private long _bytesSinceSnapshot;
    private long _firstUncoveredMs = long.MaxValue;

    /// <summary>Whether a snapshot is being written.</summary>
    public bool IsWriting { get; private set; }

    /// <summary>A batch of so many bytes was appended.</summary>
    public void OnAppended(long sizeBytes)
    {
        _bytesSinceSnapshot += sizeBytes;
        _firstUncoveredMs = Math.Min(_firstUncoveredMs, shard.MonotonicMs);
    }

    /// <summary>Whether it is time for a snapshot of what is committed.</summary>
    public bool IsDue =>
        !IsWriting
        && _firstUncoveredMs != long.MaxValue
        && (_bytesSinceSnapshot >= raft.Config.MaxRecordBytesBetweenSnapshots
            || (raft.Config.MaxSnapshotIntervalMs > 0
                && shard.MonotonicMs - _firstUncoveredMs >= raft.Config.MaxSnapshotIntervalMs));

    /// <summary>When <see cref="IsDue"/> may become true without another append, in monotonic time; <see cref="long.MaxValue"/> for never.</summary>
    public long DueAtMs =>
        _firstUncoveredMs == long.MaxValue || raft.Config.MaxSnapshotIntervalMs <= 0
            ? long.MaxValue
            : _firstUncoveredMs + raft.Config.MaxSnapshotIntervalMs;

    /// <summary>Writes the records as the snapshot of everything below <paramref name="id"/>; the disk is waited for in the background.</summary>
    public void Begin(SnapshotId id, long lastContainedTimestampMs, IEnumerable<ReadOnlyMemory<byte>> records)
    {
        Check.That(!IsWriting, "two metadata snapshots at a time");
        Check.That(id.EndOffset <= raft.HighWatermark, $"snapshot {id} goes beyond the high watermark {raft.HighWatermark}");
        _bytesSinceSnapshot = 0;
        _firstUncoveredMs = long.MaxValue;
        if (raft.Snapshots.Ids.Contains(id))
        {
            Mark.Hit("metadata-snapshot.there-already");
            return;
        }

        IsWriting = true;
        var file = raft.Snapshots.CreateUnfinished(id);
        var writer = new SnapshotWriter(file, id.Epoch, shard.WallClockMs);
        writer.WriteHeader(lastContainedTimestampMs, raft.KRaftVersion, raft.Voters);
        foreach (var record in records)
        {
            writer.Write(record);
        }

        writer.WriteFooter();
        file.BeginFlush(OnFlushed, new Unfinished(id, file, writer.SizeBytes));
    }

    /// <summary>Deletes snapshots that a later one replaces, and the log before the oldest one left, as far as retention asks for it.</summary>
    public void Clean()
    {
        var ids = raft.Snapshots.Ids.ToArray();
        for (var i = 0; i + 1 < ids.Length && IsBeyondRetention(ids[i + 1]); i++)
        {
            Mark.Hit("metadata-snapshot.replaced-and-log-cut");
            raft.Snapshots.Delete(ids[i]);
            raft.DeleteLogBefore(ids[i + 1].EndOffset);
        }
    }

    private bool IsBeyondRetention(SnapshotId replacement)
    {
        var config = raft.Config;
        if (config.MaxRetentionBytes >= 0 && raft.SizeBytes > config.MaxRetentionBytes)
        {
            return true;
        }

        if (config.MaxRetentionMs < 0)
        {
            return false;
        }

        return LastContainedTimestampOf(replacement) is { } timestampMs && shard.WallClockMs - timestampMs > config.MaxRetentionMs;
    }

    /// <summary>Null when the snapshot cannot be read: then it replaces nothing, and the older one stays.</summary>
    private long? LastContainedTimestampOf(SnapshotId id)
    {
        try
        {
            return SnapshotContent.Read(raft.Snapshots.ReadAll(id), raft.Snapshots.PathOf(id)).LastContainedTimestampMs;
        }
        catch (RaftException)
        {
            Mark.Hit("metadata-snapshot.unreadable-at-retention");
            return null;
        }
    }

    private void OnFlushed(object? state, IOException? error)
    {
        var unfinished = (Unfinished)state!;
        unfinished.File.Dispose();
        IsWriting = false;
        if (error is not null)
        {
            Mark.Hit("metadata-snapshot.flush-failed");
            raft.Fail(error);
            return;
        }

        Mark.Hit("metadata-snapshot.written");
        raft.Snapshots.Finish(unfinished.Id, unfinished.SizeBytes);
        Clean();
    }

    private sealed record Unfinished(SnapshotId Id, IFile File, long SizeBytes);
}
