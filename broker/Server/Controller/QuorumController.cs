using Deterministic.Kernel;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Raft;
using Deterministic.Server.Configs;
using Deterministic.Server.Metadata;
using Deterministic.Server.Quotas;

namespace Deterministic.Server.Controller;

/// <summary>
/// The active controller: turns requests into metadata records, appends them, and answers when they are committed and
/// every shard of this node acts by them. Decides on the image of everything appended, so requests do not wait for each
/// other; answers by what is committed. Owned by shard 0; lives as long as the broker.
/// <para>Invariants: published offset &lt;= committed offset &lt;= offset of <see cref="Image"/>; images are published in order.</para>
/// </summary>
public sealed class QuorumController : IRaftListener
{
    /// <summary>Records of a start are appended in batches of at most so many.</summary>
    internal const int RecordsPerBatchMax = 5_000;

    /// <summary>Producer ids that are given out at once.</summary>
    public const int ProducerIdBlockSize = 1_000;

    private readonly Shard _shard;
    private readonly BrokerConfig _config;
    private readonly LiveBrokerConfig _liveConfig;
    private readonly NodeIdentity _node;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _bootstrap;
    private readonly Action<Exception> _onFatal;
    private readonly Queue<MetadataDelta> _uncommitted = new();
    private readonly Queue<(long Offset, Action<IOException?> Complete)> _waiters = new();
    private readonly MutationQuotas _mutationQuotas;
    private readonly RaftNode _raft;
    private readonly SnapshotKeeper _snapshots;
    private MetadataReplayer _replayer = new(MetadataImage.Empty);
    private MetadataImage _committed = MetadataImage.Empty;
    private IOException? _failure;
    private bool _isSnapshotTimerSet;

    /// <summary>
    /// A controller over the metadata log. <paramref name="bootstrap"/>: the records of a new cluster, from
    /// <c>bootstrap.checkpoint</c>. <paramref name="onFatal"/> is called once when the log failed and the broker must stop.
    /// </summary>
    public QuorumController(
        Shard shard,
        BrokerConfig config,
        NodeIdentity node,
        RaftConfig raftConfig,
        IMetadataLog log,
        IReadOnlyList<ReadOnlyMemory<byte>> bootstrap,
        Action<Exception> onFatal)
    {
        _shard = shard;
        _config = config;
        _liveConfig = new LiveBrokerConfig(config, static _ => { });
        _node = node;
        _mutationQuotas = new MutationQuotas(shard, new QuotaWindows(config.ControllerQuotaWindowNum, config.ControllerQuotaWindowSizeSeconds));
        _bootstrap = bootstrap;
        _onFatal = onFatal;
        Publisher = new MetadataPublisher(shard) { Applied = CompleteWaiters };
        _raft = new RaftNode(shard, raftConfig, log, this);
        _snapshots = new SnapshotKeeper(shard, _raft);
    }

    /// <summary>Hands the images to the shards; listeners are added before <see cref="Start"/>.</summary>
    public MetadataPublisher Publisher { get; }

    /// <summary>The image of everything appended, committed or not.</summary>
    public MetadataImage Image => _replayer.Image;

    /// <summary>The image of everything committed.</summary>
    public MetadataImage Committed => _committed;

    /// <summary>The quorum.</summary>
    public RaftNode Raft => _raft;

    /// <summary>This node's broker epoch in this life; -1 before it registered.</summary>
    public long BrokerEpoch => Image.FindBroker(_node.NodeId) is { } broker && broker.IncarnationId == _node.IncarnationId
        ? broker.BrokerEpoch
        : -1;

    /// <summary>
    /// Replays the log, takes over, registers this node, and calls <paramref name="started"/> when all that is committed
    /// and every shard acts by the first image; with an error when the disk failed before.
    /// </summary>
    /// <exception cref="RaftException">The log cannot be used.</exception>
    /// <exception cref="MetadataFormatException">A record is unknown or contradicts others.</exception>
    public void Start(Action<IOException?> started)
    {
        Check.That(_shard.IsCurrent, "the controller is started by another shard than its owner");
        _raft.Start();
        _waiters.Enqueue((Image.Offset, started));
    }

    /// <summary>Decides CreateTopics.</summary>
    public void CreateTopics(in CreateTopicsRequest request, Action<CreateTopicsResponse, IOException?> answer)
    {
        CheckOwner();
        var decision = TopicCreation.Decide(request, NewContext());
        Execute(decision, answer);
    }

    /// <summary>Decides DeleteTopics.</summary>
    public void DeleteTopics(in DeleteTopicsRequest request, Action<DeleteTopicsResponse, IOException?> answer)
    {
        CheckOwner();
        var decision = TopicDeletion.Decide(request, NewContext());
        Execute(decision, answer);
    }

    /// <summary>Makes any decision, and answers once what it decided is committed and in force.</summary>
    public void Decide<TRequest, TResponse>(in TRequest request, Decide<TRequest, TResponse> decide, Action<TResponse, IOException?> answer)
        where TRequest : struct
        where TResponse : struct
    {
        CheckOwner();
        Execute(decide(request, NewContext()), answer);
    }

    /// <summary>Decides by itself, for this node; nobody waits for an answer.</summary>
    internal void Decide(Func<MetadataImage, int, MetadataRecordList> decide)
    {
        CheckOwner();
        if (_failure is null && BrokerEpoch >= 0 && decide(Image, _node.NodeId) is { Count: > 0 } records)
        {
            Append(records.Records);
        }
    }

    /// <summary>How the quorum stands.</summary>
    public QuorumDescription DescribeQuorum()
    {
        CheckOwner();
        IReadOnlyList<Voter> voters = _raft.Voters is { } set
            ? set.Voters
            : [new Voter(_node.NodeId, Protocol.Uuid.Zero, [.. _node.ControllerEndpoints.Select(e => new VoterEndpoint(e.ListenerName, e.Host, e.Port))])];
        return new QuorumDescription(_node.NodeId, _raft.LeaderEpoch, _raft.HighWatermark, _raft.LogEndOffset, _shard.WallClockMs, voters);
    }

    /// <summary>Gives out the next block of producer ids to this node.</summary>
    public void AllocateProducerIds(Action<ProducerIdBlock, IOException?> answer)
    {
        CheckOwner();
        var first = Image.NextProducerId;
        var records = new MetadataRecordList();
        records.Add(new ProducerIdsRecord
        {
            BrokerId = _node.NodeId,
            BrokerEpoch = BrokerEpoch,
            NextProducerId = checked(first + ProducerIdBlockSize),
        });
        Execute(new ControllerDecision<ProducerIdBlock>(records, new ProducerIdBlock(first, ProducerIdBlockSize)), answer);
    }

    /// <summary>Says where replicas of this node are, whose directory was not known (KIP-858).</summary>
    public void AssignDirectories(IReadOnlyList<DirectoryAssignment> assignments, Action<IOException?> done)
    {
        CheckOwner();
        var records = DirectoryAssignment.Decide(assignments, Image, _node.NodeId);
        Execute(new ControllerDecision<int>(records, 0), (_, error) => done(error));
    }

    /// <inheritdoc/>
    void IRaftListener.OnSnapshot(SnapshotId id, SnapshotContent content)
    {
        var delta = new MetadataDelta(MetadataImage.Empty);
        foreach (var batch in content.Batches)
        {
            foreach (var record in batch.Values)
            {
                delta.Replay(record);
            }
        }

        _replayer = new MetadataReplayer(delta.Build(id.EndOffset - 1, id.Epoch, content.LastContainedTimestampMs));
    }

    /// <inheritdoc/>
    void IRaftListener.OnBatch(MetadataBatch batch)
    {
        Replay(batch.Values, batch.LastOffset, batch.Epoch, batch.TimestampMs);
    }

    /// <inheritdoc/>
    void IRaftListener.OnLeader(int epoch)
    {
        if (_replayer.IsInTransaction)
        {
            Mark.Hit("controller.transaction-aborted");
            var abort = new MetadataRecordList();
            abort.Add(new AbortTransactionRecord { Reason = Protocol.Wire.Text.Of("the controller stopped within it") });
            Append(abort.Records);
        }

        if (Image.MetadataVersion == 0)
        {
            Append(BootstrapRecords.WithTransaction(_bootstrap, _config));
        }

        var records = NodeStart.Decide(Image, _node, _raft.LogEndOffset).Records;
        for (var i = 0; i < records.Count; i += RecordsPerBatchMax)
        {
            Append([.. records.Skip(i).Take(RecordsPerBatchMax)]);
        }

        // Nobody knows an image yet: they are told of the first one whole.
        _uncommitted.Clear();
        _uncommitted.Enqueue(MetadataDelta.OfWhole(Image));
    }

    /// <inheritdoc/>
    void IRaftListener.OnCommitted(long highWatermark)
    {
        while (_uncommitted.TryPeek(out var delta) && delta.After.Offset < highWatermark)
        {
            _uncommitted.Dequeue();
            _committed = delta.After;
            Publisher.Publish(delta);
        }

        MaybeWriteSnapshot();
    }

    /// <inheritdoc/>
    void IRaftListener.OnFailed(IOException error)
    {
        Mark.Hit("controller.log-failed");
        _failure = error;
        while (_waiters.TryDequeue(out var waiter))
        {
            waiter.Complete(error);
        }

        _onFatal(error);
    }

    private void CheckOwner() => Check.That(_shard.IsCurrent, "the controller is used by another shard than its owner");

    private ControllerContext NewContext() => new(Image, _liveConfig.Of(Image), _node, _shard.Random, _raft.KRaftVersion) { MutationQuotas = _mutationQuotas };

    private void Execute<TResponse>(ControllerDecision<TResponse> decision, Action<TResponse, IOException?> answer)
        where TResponse : struct
    {
        if (_failure is not null)
        {
            Mark.Hit("controller.asked-after-failure");
            answer(decision.Response, _failure);
            return;
        }

        if (decision.Records.Count > 0)
        {
            Append(decision.Records.Records);
        }

        // An answer may rest on records that are not committed yet, even if it needs none of its own.
        _waiters.Enqueue((Image.Offset, error => answer(decision.Response, error)));
        CompleteWaiters();
    }

    private void Append(IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        var nowMs = _shard.WallClockMs;
        var lastOffset = _raft.Append(records, nowMs);
        Replay(records, lastOffset, _raft.LeaderEpoch, nowMs);
    }

    private void Replay(IReadOnlyList<ReadOnlyMemory<byte>> records, long lastOffset, int epoch, long timestampMs)
    {
        if (_replayer.Replay(records, lastOffset, epoch, timestampMs) is { } delta)
        {
            _uncommitted.Enqueue(delta);
        }

        long bytes = 0;
        foreach (var record in records)
        {
            bytes += record.Length;
        }

        _snapshots.OnAppended(bytes);
    }

    private void CompleteWaiters()
    {
        while (_waiters.TryPeek(out var waiter) && waiter.Offset <= Publisher.AppliedOffset)
        {
            _waiters.Dequeue();
            waiter.Complete(null);
        }
    }

    private void MaybeWriteSnapshot()
    {
        if (_failure is null && _snapshots.IsDue && _committed.Offset >= 0)
        {
            var id = new SnapshotId(_committed.Offset + 1, _committed.Epoch);
            _snapshots.Begin(id, _committed.TimestampMs, MetadataSnapshotRecords.Of(_committed));
        }

        if (!_isSnapshotTimerSet && _snapshots.DueAtMs != long.MaxValue)
        {
            _isSnapshotTimerSet = true;
            _shard.Timers.Schedule(_snapshots.DueAtMs, _ => OnSnapshotTimer(), null);
        }
    }

    private void OnSnapshotTimer()
    {
        _isSnapshotTimerSet = false;
        MaybeWriteSnapshot();
    }
}
