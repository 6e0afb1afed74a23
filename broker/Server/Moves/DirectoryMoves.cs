using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Kernel.Time;
using Deterministic.Protocol;
using Deterministic.Server.Controller;
using Deterministic.Server.Replication;
using Deterministic.Storage;

namespace Deterministic.Server.Moves;

/// <summary>
/// The moves between log directories of one shard's partitions (AlterReplicaLogDirs, KIP-113, KIP-858): copies a slice per turn so that
/// clients get theirs, and at the end lets the metadata decide. Owned by the shard, lives as long.
/// <para>A move never loses what was acknowledged: before the metadata names the destination, the future replica is equal and durable, and
/// from then on a record counts as stored when both have it. Whatever a stop leaves, the replica that counts is where the metadata says.</para>
/// </summary>
internal sealed partial class DirectoryMoves(BrokerShard shard)
{
    /// <summary>Bytes that are copied in one turn.</summary>
    internal const int SliceBytes = 256 * 1024;

    /// <summary>Bytes that are copied at once to end a move whose producers do not rest.</summary>
    internal const int LastSliceBytes = 8 * 1024 * 1024;

    /// <summary>After which what an error of the disk kept from going on is tried again.</summary>
    internal const long RetryMs = 1_000;

    /// <summary>How soon a change of the throttle takes effect.</summary>
    internal const long ThrottleWaitMsMax = 1_000;

    private const int UniqueBytes = 16;

    private readonly Queue<DirectoryMove> _ready = [];
    private readonly ByteThrottle _throttle = new(shard.Shard);
    private readonly List<(Partition Partition, GroupCommit Destination, string Name)> _unopened = [];
    private readonly List<(GroupCommit Destination, string Name)> _leftovers = [];
    private ScheduledTimer? _retry;
    private bool _isPosted;

    /// <summary>Has the controller note where a replica is from now on.</summary>
    internal Func<DirectoryAssignment, Task>? Assign { get; set; }

    private Shard Shard => shard.Shard;

    /// <summary>Somebody wants the partition in that directory.</summary>
    internal ErrorCode Ask(Partition partition, GroupCommit destination)
    {
        Check.That(Shard.IsCurrent, $"a move of {partition.TopicPartition} on a shard that does not own it");
        if (partition.IsGone || partition.Log.IsOffline)
        {
            return ErrorCode.KafkaStorageError;
        }

        if (partition.Move is { } move)
        {
            if (move.IsBound)
            {
                Mark.Hit("move.asked-when-bound");
                move.Next = ReferenceEquals(move.Destination, destination) ? null : destination;
                return ErrorCode.None;
            }

            if (ReferenceEquals(move.Destination, destination))
            {
                return ErrorCode.None;
            }

            Mark.Hit("move.cancelled");
            GiveUp(move);
        }

        return ReferenceEquals(partition.Log.Directory, destination.Directory) ? ErrorCode.None : Begin(partition, destination);
    }

    /// <summary>Goes on with a move that an earlier life began; without its replica when that is of no use.</summary>
    internal void Resume(Partition partition, GroupCommit destination, string name)
    {
        if (partition.Move is not null || partition.IsGone)
        {
            destination.Directory.Discard(name, partition.TopicPartition, NewUnique());
            return;
        }

        try
        {
            Mark.Hit("move.resumed");
            var move = new DirectoryMove(this, partition, destination);
            move.Future = PartitionLog.OpenFuture(destination, name, partition.TopicPartition, partition.TopicId, partition.Settings.Log, move);
            if (TryAlign(move))
            {
                Add(move);
            }
            else
            {
                Mark.Hit("move.resumed-anew");
                move.Future.Delete(NewUnique());
                Begin(partition, destination);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Mark.Hit("move.not-resumed");
            ServerLog.MoveWaits(shard.Log, partition.TopicPartition, destination.Directory.Path, e.Message);
            _unopened.Add((partition, destination, name));
            ScheduleRetry();
        }
    }

    /// <summary>Its configuration has changed.</summary>
    internal static void OnConfig(Partition partition)
    {
        if (partition.Move is { HasEnded: false } move)
        {
            move.Future.Config = partition.Settings.Log;
        }
    }

    /// <summary>The partition is deleted: so is what was copied of it.</summary>
    internal void OnDeleted(Partition partition)
    {
        _unopened.RemoveAll(one => ReferenceEquals(one.Partition, partition));
        if (partition.Move is { } move)
        {
            Mark.Hit("move.of-deleted-partition");
            End(move);
            move.Future.Delete(NewUnique());
        }
    }

    /// <summary>The current replica is gone with its directory, or the broker stops: the next start goes on with what was copied.</summary>
    internal static bool Leave(Partition partition, bool clean)
    {
        if (partition.Move is not { } move)
        {
            return true;
        }

        End(move);
        return move.Future.Close(clean);
    }

    internal static void OnDestinationFailed(DirectoryMove move)
    {
        // One that the metadata may know already waits for its answer.
        if (!move.HasEnded && !move.IsBound)
        {
            Mark.Hit("move.destination-failed");
            Leave(move.Partition, clean: false);
        }
    }

    /// <summary>It has something to do.</summary>
    internal void Wake(DirectoryMove move)
    {
        if (move.IsQueued || move.HasEnded)
        {
            return;
        }

        move.IsQueued = true;
        _ready.Enqueue(move);
        Post();
    }

    /// <summary>32 hex digits that nobody had.</summary>
    internal string NewUnique()
    {
        Span<byte> bytes = stackalloc byte[UniqueBytes];
        Shard.Random.Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private ErrorCode Begin(Partition partition, GroupCommit destination)
    {
        if (PartitionDirectoryName.ForFuture(partition.TopicPartition, NewUnique()) is not { } name)
        {
            Mark.Hit("move.name-too-long");
            return ErrorCode.InvalidTopicException;
        }

        try
        {
            Mark.Hit("move.begun");
            var move = new DirectoryMove(this, partition, destination);
            move.Future = PartitionLog.OpenFuture(destination, name, partition.TopicPartition, partition.TopicId, partition.Settings.Log, move);
            Add(move);
            ServerLog.MoveBegun(shard.Log, partition.TopicPartition, partition.Log.Directory.Path, destination.Directory.Path);
            return ErrorCode.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Mark.Hit("move.not-begun");
            ServerLog.MoveWaits(shard.Log, partition.TopicPartition, destination.Directory.Path, e.Message);
            _leftovers.Add((destination, name));
            ScheduleRetry();
            return ErrorCode.KafkaStorageError;
        }
    }

    private void Add(DirectoryMove move)
    {
        move.Partition.Move = move;
        Wake(move);
    }

    /// <summary>Cuts the future replica to what it has in common with the current one; false when that is nothing.</summary>
    private static bool TryAlign(DirectoryMove move)
    {
        var (current, future) = (move.Partition.Log, move.Future);
        if (future.LogEndOffset == future.LogStartOffset || future.LogStartOffset > current.LogStartOffset)
        {
            return false;
        }

        var (_, endOffset) = current.EndOffsetForLeaderEpoch(future.LatestLeaderEpoch);
        return endOffset >= 0 && future.TruncateTo(Math.Min(endOffset, current.LogEndOffset)) && future.LogEndOffset <= current.LogEndOffset;
    }

    private void Post()
    {
        if (!_isPosted)
        {
            _isPosted = true;
            Shard.Post(static state => ((DirectoryMoves)state!).Turn(), this);
        }
    }

    private void Turn()
    {
        _isPosted = false;
        if (!_ready.TryDequeue(out var move))
        {
            return;
        }

        move.IsQueued = false;
        if (!move.HasEnded && !move.Partition.IsGone)
        {
            Step(move);
        }

        if (_ready.Count > 0)
        {
            Post();
        }
    }

    private void Step(DirectoryMove move)
    {
        var limit = shard.Config.ReplicaAlterLogDirsIoMaxBytesPerSecond;
        var share = limit == long.MaxValue ? limit : limit / shard.Map.ShardCount;
        if (!move.IsBound && _throttle.WaitMs(share) is > 0 and var waitMs)
        {
            Mark.Hit("move.throttled");
            WakeIn(Math.Min(waitMs, ThrottleWaitMsMax), move);
            return;
        }

        try
        {
            var copied = Copy(move, move.IsAssigned ? LastSliceBytes : move.IsBound ? SliceBytes : _throttle.AllowedBytes(share, SliceBytes));
            if (move.HasEnded || move.Future.IsOffline || move.Partition.Log.IsOffline)
            {
                return;
            }

            if (!move.IsBound)
            {
                _throttle.Take(copied);
            }

            GoOn(move);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Mark.Hit("move.read-failed");
            ServerLog.MoveWaits(shard.Log, move.Partition.TopicPartition, move.Destination.Directory.Path, e.Message);
            WakeIn(RetryMs, move);
        }
    }

    private void GoOn(DirectoryMove move)
    {
        if (move.Future.LogEndOffset < move.Partition.Log.LogEndOffset)
        {
            move.Future.FlushSoon();
            Wake(move);
        }
        else if (!move.IsBound)
        {
            Bind(move);
        }
        else if (move.IsAssigned)
        {
            Finish(move);
        }
    }

    private void GiveUp(DirectoryMove move)
    {
        End(move);
        move.Future.Delete(NewUnique());
    }

    private void Abandon(DirectoryMove move)
    {
        var wasBound = move.IsBound;
        if (wasBound)
        {
            // The metadata may name it: the copy must be whole, so it waits for the disk to read well again.
            WakeIn(RetryMs, move);
            return;
        }

        GiveUp(move);
    }

    private static void End(DirectoryMove move)
    {
        move.HasEnded = true;
        move.IsBound = false;
        move.Partition.Move = null;
    }

    private void WakeIn(long delayMs, DirectoryMove move) =>
        Shard.Timers.Schedule(Shard.MonotonicMs + delayMs, state => Wake((DirectoryMove)state!), move);

    /// <summary>What was made of a future replica before the disk refused the rest; a start would take it for one that is to be copied on.</summary>
    private void RemoveLeftovers()
    {
        var left = _leftovers.ToArray();
        _leftovers.Clear();
        foreach (var (destination, name) in left)
        {
            try
            {
                var path = DiskPath.Join(destination.Directory.Path, name);
                if (!destination.IsOffline && Shard.Disk.DirectoryExists(path))
                {
                    Mark.Hit("move.leftover-removed");
                    Shard.Disk.DeleteDirectory(path);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Mark.Hit("move.leftover-stays");
                _leftovers.Add((destination, name));
                ScheduleRetry();
            }
        }
    }

    private void ScheduleRetry() =>
        _retry ??= Shard.Timers.Schedule(Shard.MonotonicMs + RetryMs, static state => ((DirectoryMoves)state!).Retry(), this);

    private void Retry()
    {
        _retry = null;
        RemoveLeftovers();
        var waiting = _unopened.ToArray();
        _unopened.Clear();
        foreach (var (partition, destination, name) in waiting)
        {
            if (!partition.IsGone && !destination.IsOffline)
            {
                Resume(partition, destination, name);
            }
        }
    }
}
