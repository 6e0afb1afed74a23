using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Server.Metadata;
using Deterministic.Server.Metrics;
using Deterministic.Server.Moves;
using Deterministic.Storage;

namespace Deterministic.Server.Replication;

/// <summary>
/// The leader's side of one partition: who may append, what is committed, who waits for it. Owned by the shard that
/// <see cref="ShardMap"/> names; lives while the metadata image gives this node a replica.
/// <para>Invariants: log start offset &lt;= last stable offset &lt;= high watermark &lt;= log end offset; the high watermark
/// never moves back while this node leads; leader epochs never fall. Waits end in the order of the appends.</para>
/// </summary>
public sealed class Partition : ILogListener
{
    /// <summary>As the offset before which records are deleted: all that are committed.</summary>
    private const long ToHighWatermark = -1;

    private readonly Shard _shard;
    private readonly BatchValidator _validator;
    private readonly BufferReleases _releases;
    private readonly TopicMetrics _metrics;
    private readonly TopicMetrics _allMetrics;
    private readonly int _nodeId;
    private readonly Queue<AppendWait> _waits = new();
    private readonly List<IProgressWatcher> _watchers = [];
    private readonly List<IProgressWatcher> _telling = [];
    private PartitionImage _image;
    private PartitionSettings _settings;
    private long _visibleBytes;
    private long _appendedBytes;

    internal Partition(
        BrokerShard shard, TopicPartition topicPartition, Uuid topicId, PartitionImage image, PartitionSettings settings)
    {
        _shard = shard.Shard;
        _validator = shard.Validator;
        _releases = shard.Releases;
        _nodeId = shard.NodeId;
        _metrics = shard.Metrics.OfTopic(topicId);
        _allMetrics = shard.Metrics.AllTopics;
        TopicPartition = topicPartition;
        TopicId = topicId;
        _image = image;
        _settings = settings;
    }

    /// <summary>Topic and number.</summary>
    public TopicPartition TopicPartition { get; }

    /// <summary>Id of the topic.</summary>
    public Uuid TopicId { get; }

    /// <summary>Its records. Set before the partition is used, and again when they have moved to another log directory.</summary>
    public PartitionLog Log { get; private set; } = null!;

    /// <summary>What the image says of it.</summary>
    public PartitionImage Image => _image;

    /// <summary>Node id of the leader, or -1.</summary>
    public int LeaderId => _image.Leader;

    /// <summary>The epoch of the leader.</summary>
    public int LeaderEpoch => _image.LeaderEpoch;

    /// <summary>Whether this node leads it.</summary>
    public bool IsLeader => _image.Leader == _nodeId && !IsGone;

    /// <summary>Whether it was deleted, or its log directory failed.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Every record below is committed: on disk of every in-sync replica.</summary>
    public long HighWatermark => Log.HighWatermark;

    /// <summary>What a reader of that isolation level may see: everything below.</summary>
    public long VisibleEnd(bool isReadCommitted) => isReadCommitted ? Log.LastStableOffset : Log.HighWatermark;

    /// <summary>Producers whose coordinator is being asked whether they may append here in a transaction.</summary>
    internal TransactionVerifications Verifications { get; } = new();

    /// <summary>Its way to another log directory; null when it stays.</summary>
    internal DirectoryMove? Move { get; set; }

    /// <summary>Told when the log directory has failed.</summary>
    internal Action<Partition>? Lost { get; init; }

    /// <summary>The configuration.</summary>
    public PartitionSettings Settings => _settings;

    /// <summary>Attaches the opened log. What was stored before this life counts as committed: one replica, all of it read.</summary>
    internal void Open(PartitionLog log)
    {
        Log = log;
        MaybeAdvance();
    }

    /// <summary>The image says something new.</summary>
    internal void OnImage(PartitionImage image, PartitionSettings settings)
    {
        Check.That(image.LeaderEpoch >= _image.LeaderEpoch, $"{TopicPartition}: leader epoch {image.LeaderEpoch} after {_image.LeaderEpoch}");
        var wasLeader = IsLeader;
        _image = image;
        _settings = settings;
        Log.Config = settings.Log;
        DirectoryMoves.OnConfig(this);
        if (wasLeader && !IsLeader)
        {
            Mark.Hit("partition.leadership-moved");
            EndWaits(ErrorCode.NotLeaderOrFollower);
        }
    }

    /// <summary>Deleted, or its directory failed: whoever waits is told.</summary>
    internal void Leave(ErrorCode error)
    {
        Mark.Hit("partition.left");
        IsGone = true;
        EndWaits(error);
    }

    /// <summary>
    /// Validates and appends one produced record set. It is committed when <see cref="HighWatermark"/> is above the last offset;
    /// wait for that with <see cref="AwaitAppend"/>. The bytes are changed in place and must stay until the end of the run.
    /// </summary>
    public PartitionAppend AppendAsLeader(Memory<byte> records, short acks, short produceVersion)
    {
        _metrics.OnProduce();
        _allMetrics.OnProduce();
        var result = Produce(records, acks, produceVersion);
        if (result.Error != ErrorCode.None)
        {
            OnProduceFailed(result.Error, records.Length);
        }

        return result;
    }

    /// <summary>A fetch reads here; the error is that of its read.</summary>
    internal void OnFetch(ErrorCode error)
    {
        _metrics.OnFetch();
        _allMetrics.OnFetch();
        if (error != ErrorCode.None && !IsOrdinary(error))
        {
            _metrics.OnFetchFailed();
            _allMetrics.OnFetchFailed();
        }
    }

    private void OnProduceFailed(ErrorCode error, int bytes)
    {
        if (error == ErrorCode.MessageTooLarge)
        {
            _metrics.OnRejected(bytes);
            _allMetrics.OnRejected(bytes);
        }

        if (!IsOrdinary(error))
        {
            _metrics.OnProduceFailed();
            _allMetrics.OnProduceFailed();
        }
    }

    /// <summary>What a client meets that has an old picture of the cluster, or sends what it may not: Kafka does not count it as failed.</summary>
    private static bool IsOrdinary(ErrorCode error) => error is
        ErrorCode.NotLeaderOrFollower or ErrorCode.UnknownLeaderEpoch or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownTopicOrPartition
        or ErrorCode.OffsetOutOfRange or ErrorCode.MessageTooLarge or ErrorCode.CorruptMessage or ErrorCode.KafkaStorageError;

    private PartitionAppend Produce(Memory<byte> records, short acks, short produceVersion)
    {
        if (CheckLeader(-1) is var refusal and not ErrorCode.None)
        {
            return Refused(refusal, null);
        }

        if (acks == -1 && _image.Isr.Length < _settings.MinInsyncReplicas)
        {
            Mark.Hit("append.not-enough-replicas");
            return Refused(
                ErrorCode.NotEnoughReplicas,
                $"The size of the current ISR of {TopicPartition} is {_image.Isr.Length}, min.insync.replicas is {_settings.MinInsyncReplicas}.");
        }

        var batch = _validator.Validate(records, _settings.Batches, TopicPartition, _shard.WallClockMs, produceVersion);
        if (!batch.IsValid)
        {
            Mark.Hit("append.batch-invalid");

            // Where the log starts is told with what its content is refused for, not with sizes and checksums: so does Kafka.
            var start = batch.Error is ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp ? Log.LogStartOffset : -1;
            return Refused(batch.Error, batch.ErrorMessage) with { RecordErrors = batch.RecordErrors, LogStartOffset = start };
        }

        var result = Append(batch.Batch, AppendOrigin.Client);
        if (batch.Rebuilt is { } rebuilt)
        {
            _releases.ReleaseAfterRun(rebuilt);
        }

        return result with { LogAppendTimeMs = batch.IsLogAppendTime ? batch.MaxTimestamp : -1 };
    }

    /// <summary>
    /// Appends a batch that this node built itself (offsets, markers): no validation. <paramref name="transactionVersion"/> is that of
    /// the transaction which a marker ends.
    /// </summary>
    public PartitionAppend AppendOwn(Memory<byte> batch, short transactionVersion = 0)
    {
        if (CheckLeader(-1) is var refusal and not ErrorCode.None)
        {
            return Refused(refusal, null);
        }

        var header = new RecordBatchHeader(batch.Span);
        if (header.Attributes.IsControl)
        {
            Verifications.Break(header.ProducerId);
        }

        return Append(batch, AppendOrigin.Marker(transactionVersion));
    }

    /// <summary>
    /// Tells <paramref name="waiter"/> when the append that ended at <paramref name="lastOffset"/> is stored: committed for
    /// acks=-1, on this node otherwise. With one replica both are the same. False when it is so already.
    /// </summary>
    internal bool AwaitAppend(long lastOffset, IAppendWaiter waiter, int item, int round)
    {
        if (lastOffset < Log.HighWatermark)
        {
            return false;
        }

        _waits.Enqueue(new AppendWait(lastOffset + 1, waiter, item, round));
        return true;
    }

    /// <summary>
    /// Moves the log start up to an offset (DeleteRecords), or to the high watermark for -1; returns where it is then. Only
    /// what may be deleted at all is: a topic that is only compacted keeps the last record of each key.
    /// </summary>
    public (ErrorCode Error, long LowWatermark) DeleteRecordsBefore(long offset)
    {
        if (!_settings.Log.IsDelete)
        {
            Mark.Hit("delete-records.not-by-policy");
            return (ErrorCode.PolicyViolation, -1);
        }

        var start = offset == ToHighWatermark ? Log.HighWatermark : offset;
        if (start < 0 || start > Log.HighWatermark)
        {
            Mark.Hit("delete-records.out-of-range");
            return (ErrorCode.OffsetOutOfRange, -1);
        }

        if (!Log.DeleteRecordsBefore(start))
        {
            return (ErrorCode.KafkaStorageError, -1);
        }

        // The one that may take its place must not bring the records back.
        Move?.Future.FollowLogStart(Log);
        return (ErrorCode.None, Log.LogStartOffset);
    }

    /// <summary>NONE when this node leads and the epoch that a client believes in (-1: it has none) is ours.</summary>
    public ErrorCode CheckLeader(int currentLeaderEpoch)
    {
        if (IsGone)
        {
            Mark.Hit("partition.asked-when-gone");
            return Log.IsOffline ? ErrorCode.KafkaStorageError : ErrorCode.NotLeaderOrFollower;
        }

        if (currentLeaderEpoch >= 0 && currentLeaderEpoch != LeaderEpoch)
        {
            Mark.Hit("partition.leader-epoch-differs");
            return currentLeaderEpoch < LeaderEpoch ? ErrorCode.FencedLeaderEpoch : ErrorCode.UnknownLeaderEpoch;
        }

        return IsLeader ? ErrorCode.None : ErrorCode.NotLeaderOrFollower;
    }

    /// <summary>Registers for progress until <see cref="Unwatch"/>.</summary>
    internal void Watch(IProgressWatcher watcher) => _watchers.Add(watcher);

    /// <summary>Ends <see cref="Watch"/>.</summary>
    internal void Unwatch(IProgressWatcher watcher) => _watchers.Remove(watcher);

    /// <inheritdoc/>
    public void OnDurable(PartitionLog log, long durableEndOffset) => MaybeAdvance();

    /// <inheritdoc/>
    public void OnFailed(PartitionLog log, IOException error)
    {
        if (!IsGone)
        {
            Leave(ErrorCode.KafkaStorageError);
            Lost?.Invoke(this);
        }
    }

    private PartitionAppend Append(Memory<byte> batch, AppendOrigin origin)
    {
        var bytes = batch.Length;
        var appended = Log.AppendAsLeader(batch, LeaderEpoch, origin);
        if (appended.Error != ErrorCode.None)
        {
            return Refused(appended.Error, appended.Message);
        }

        if (!appended.IsDuplicate)
        {
            _appendedBytes += bytes;
            _metrics.OnAppended(appended.LastOffset - appended.BaseOffset + 1, bytes);
            _allMetrics.OnAppended(appended.LastOffset - appended.BaseOffset + 1, bytes);
            Move?.OnAppended();
        }

        return new PartitionAppend(ErrorCode.None, null)
        {
            BaseOffset = appended.BaseOffset,
            LastOffset = appended.LastOffset,
            LogStartOffset = Log.LogStartOffset,
        };
    }

    private PartitionAppend Refused(ErrorCode error, string? message) => new(error, message)
    {
        CurrentLeaderId = error is ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch ? LeaderId : -1,
        CurrentLeaderEpoch = error is ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch ? LeaderEpoch : -1,
    };

    /// <summary>
    /// The high watermark is the least durable end of the in-sync replicas; this node's own, as long as it is alone, and that of its
    /// future replica once it may count.
    /// </summary>
    private void MaybeAdvance()
    {
        var durable = Move is { IsBound: true } move ? Math.Min(Log.DurableEndOffset, move.Future.DurableEndOffset) : Log.DurableEndOffset;
        if (durable <= Log.HighWatermark || Log.IsOffline)
        {
            return;
        }

        Log.SetHighWatermark(durable);
        while (_waits.TryPeek(out var wait) && wait.RequiredOffset <= Log.HighWatermark)
        {
            _waits.Dequeue();
            wait.Waiter.OnAppendEnded(wait.Item, wait.Round, ErrorCode.None);
        }

        TellWatchers();
    }

    private void TellWatchers()
    {
        // What was appended and is not durable yet is counted a little early: a watcher looks again before it answers.
        var bytes = _appendedBytes - _visibleBytes;
        _visibleBytes = _appendedBytes;
        if (_watchers.Count == 0)
        {
            return;
        }

        _telling.AddRange(_watchers);
        foreach (var watcher in _telling)
        {
            watcher.OnProgress(this, bytes);
        }

        _telling.Clear();
    }

    private void EndWaits(ErrorCode error)
    {
        while (_waits.TryDequeue(out var wait))
        {
            Mark.Hit("produce.wait-ended-without-commit");
            wait.Waiter.OnAppendEnded(wait.Item, wait.Round, error);
        }

        _telling.AddRange(_watchers);
        foreach (var watcher in _telling)
        {
            watcher.OnGone(this);
        }

        _telling.Clear();
    }
}
