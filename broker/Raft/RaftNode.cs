using Deterministic.Kernel;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;

namespace Deterministic.Raft;

/// <summary>
/// The metadata quorum as one of its members sees it; so far a quorum of one voter, which elects itself at each start in
/// an epoch that nobody used before. A step machine: it is told of appends and completed flushes, and tells its
/// <see cref="IRaftListener"/> what is committed. Owned by shard 0; lives as long as the node.
/// <para>Invariants: snapshot end offset &lt;= log end; high watermark &lt;= durable end &lt;= log end; the high watermark and
/// the epoch never fall; quorum-state is durable before a record of its epoch is appended.</para>
/// </summary>
public sealed class RaftNode
{
    private readonly Shard _shard;
    private readonly RaftConfig _config;
    private readonly IMetadataLog _log;
    private readonly IRaftListener _listener;
    private readonly RecordBatchBuilder _batch = new();

    /// <summary>A node that has not started.</summary>
    public RaftNode(Shard shard, RaftConfig config, IMetadataLog log, IRaftListener listener)
    {
        _shard = shard;
        _config = config;
        _log = log;
        _listener = listener;
        Snapshots = new Snapshots(shard.Disk, config.Directory);
    }

    /// <summary>The epoch in which this node leads.</summary>
    public int LeaderEpoch { get; private set; }

    /// <summary>Everything below it is committed.</summary>
    public long HighWatermark { get; private set; }

    /// <summary>Offset of the next record that is appended.</summary>
    public long LogEndOffset => _log.EndOffset;

    /// <summary>Offset of the first record that is still in the log.</summary>
    public long LogStartOffset => _log.StartOffset;

    /// <summary>Bytes of the log and of the snapshots.</summary>
    public long SizeBytes => _log.SizeBytes + Snapshots.SizeBytes;

    /// <summary>The level of kraft.version: 1 when the voters stand in the log.</summary>
    public short KRaftVersion { get; private set; }

    /// <summary>The voters that the log states; null with static ones.</summary>
    public VoterSet? Voters { get; private set; }

    /// <summary>Whether the log failed; then nothing is appended any more.</summary>
    public bool IsFailed { get; private set; }

    /// <summary>The snapshots on disk.</summary>
    public Snapshots Snapshots { get; }

    internal RaftConfig Config => _config;

    /// <summary>Reads what is on disk, replays it, and takes over the leadership. The high watermark follows once that is durable.</summary>
    /// <exception cref="RaftException">What is on disk is damaged, or names other voters than this node.</exception>
    public void Start()
    {
        var state = QuorumState.Read(_shard.Disk, _config.Directory);
        Snapshots.Load();
        var snapshot = LoadLatestSnapshot();
        if (snapshot.EndOffset > _log.EndOffset || snapshot.EndOffset < _log.StartOffset)
        {
            // The snapshot is what was committed; a log that does not reach it, or lost the part behind it, is a leftover.
            if (snapshot.EndOffset < _log.StartOffset)
            {
                throw new RaftException(
                    $"{_config.Directory}: the log starts at offset {_log.StartOffset}, but the latest snapshot ends at {snapshot.EndOffset}: the records between are missing");
            }

            Mark.Hit("quorum.log-behind-its-snapshot");
            _log.StartOver(snapshot.EndOffset);
        }

        ReplayLog(snapshot.EndOffset);
        CheckVoters(state);
        var isFirstEpoch = _log.EndOffset == 0;
        LeaderEpoch = Math.Max(Math.Max(state?.LeaderEpoch ?? 0, _log.LastEpoch), snapshot.Epoch) + 1;
        WriteQuorumState();
        _log.Listen(OnDurable, OnFailed);
        AppendLeaderChange(isFirstEpoch);
        _listener.OnLeader(LeaderEpoch);
    }

    /// <summary>Appends metadata records as one batch, so that all or none of them survive; returns the offset of the last.</summary>
    public long Append(IReadOnlyList<ReadOnlyMemory<byte>> records, long timestampMs)
    {
        Check.That(LeaderEpoch > 0, "metadata was appended before the quorum had a leader");
        Check.That(!IsFailed, "metadata was appended to a log that failed");
        Check.That(records.Count > 0, "an empty batch of metadata was appended");
        BeginBatch(isControl: false);
        foreach (var record in records)
        {
            _batch.Append(timestampMs, Blob.Null, new Blob(record));
        }

        return AppendBatch();
    }

    /// <summary>Lets go of the log before an offset that a snapshot covers.</summary>
    internal void DeleteLogBefore(long offset) => _log.DeleteBefore(offset);

    /// <summary>The disk failed outside of the log.</summary>
    internal void Fail(IOException error) => OnFailed(error);

    private SnapshotId LoadLatestSnapshot()
    {
        if (Snapshots.Ids.Count == 0)
        {
            return SnapshotId.Bootstrap;
        }

        var id = Snapshots.Ids.Last();
        var content = SnapshotContent.Read(Snapshots.ReadAll(id), Snapshots.PathOf(id));
        KRaftVersion = content.KRaftVersion;
        Voters = content.Voters;
        _listener.OnSnapshot(id, content);
        return id;
    }

    private void ReplayLog(long fromOffset)
    {
        foreach (var bytes in _log.Read(fromOffset))
        {
            var batch = OpenBatch(bytes);
            if (batch.LastOffset < fromOffset)
            {
                continue;
            }

            if (batch.IsControl)
            {
                ReplayControl(batch);
            }
            else
            {
                _listener.OnBatch(batch);
            }
        }
    }

    private MetadataBatch OpenBatch(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return MetadataBatch.Open(bytes);
        }
        catch (InvalidRecordException e)
        {
            throw new RaftException($"{_config.Directory}: the log is damaged: {e.Message}", e);
        }
    }

    private void ReplayControl(MetadataBatch batch)
    {
        try
        {
            for (var i = 0; i < batch.Values.Count; i++)
            {
                switch (batch.ControlType(i))
                {
                    case ControlRecordType.KRaftVersion:
                        KRaftVersion = StoredCodec.Decode<KRaftVersionRecord>(batch.Values[i], 0).KRaftVersion;
                        break;
                    case ControlRecordType.KRaftVoters:
                        Voters = VoterSet.Of(StoredCodec.Decode<VotersRecord>(batch.Values[i], 0));
                        break;
                    case ControlRecordType.LeaderChange:
                    case ControlRecordType.SnapshotHeader:
                    case ControlRecordType.SnapshotFooter:
                        break;
                    default:
                        throw new RaftException(
                            $"{_config.Directory}: the batch at offset {batch.BaseOffset} holds a control record of type {(short)batch.ControlType(i)}: the log was written by a newer release");
                }
            }
        }
        catch (MalformedMessageException e)
        {
            throw new RaftException($"{_config.Directory}: the control batch at offset {batch.BaseOffset} is damaged: {e.Message}", e);
        }
    }

    private void CheckVoters(QuorumState? state)
    {
        var ids = KRaftVersion > 0 && Voters is not null
            ? [.. Voters.Voters.Select(voter => voter.NodeId)]
            : !_config.StaticVoters.IsEmpty ? _config.StaticVoters : state?.StaticVoters ?? [];
        if (ids.IsEmpty)
        {
            ids = [_config.NodeId];
        }

        if (ids.Length != 1 || ids[0] != _config.NodeId)
        {
            throw new RaftException(
                $"{_config.Directory}: the quorum has the voters {string.Join(", ", ids)}; this release runs a quorum of one voter, which must be this node ({_config.NodeId})");
        }

        if (KRaftVersion > Voter.KRaftVersionMax)
        {
            throw new RaftException($"{_config.Directory}: kraft.version is {KRaftVersion}; this release knows 0 to {Voter.KRaftVersionMax}");
        }

        if (KRaftVersion > 0 && Voters is not null && Voters.Voters[0].DirectoryId != _config.DirectoryId)
        {
            throw new RaftException(
                $"{_config.Directory}: the quorum's voter {_config.NodeId} has directory id {Voters.Voters[0].DirectoryId}, but this directory's meta.properties says {_config.DirectoryId}: the log belongs to another directory");
        }
    }

    private void WriteQuorumState()
    {
        new QuorumState
        {
            DataVersion = KRaftVersion > 0 ? QuorumState.DynamicVersion : QuorumState.StaticVersion,
            LeaderId = _config.NodeId,
            LeaderEpoch = LeaderEpoch,
            StaticVoters = KRaftVersion > 0 ? [] : [_config.NodeId],
        }.Write(_shard.Disk, _config.Directory);
    }

    private void AppendLeaderChange(bool isFirstEpoch)
    {
        var change = new LeaderChangeMessage { LeaderId = _config.NodeId };
        change.Voters.Add(new LeaderChangeMessage.Voter { VoterId = _config.NodeId });
        change.GrantingVoters.Add(new LeaderChangeMessage.Voter { VoterId = _config.NodeId });
        var nowMs = _shard.WallClockMs;
        BeginBatch(isControl: true);
        _batch.Append(nowMs, ControlRecords.KeyOf(ControlRecordType.LeaderChange), ControlRecords.ValueOf(ref change, 0));
        if (KRaftVersion > 0)
        {
            var voters = new VoterSet([new Voter(_config.NodeId, _config.DirectoryId, _config.Endpoints)]);
            var isMoved = Voters is null || !voters.SameAs(Voters);
            if (isFirstEpoch)
            {
                var version = new KRaftVersionRecord { KRaftVersion = KRaftVersion };
                _batch.Append(nowMs, ControlRecords.KeyOf(ControlRecordType.KRaftVersion), ControlRecords.ValueOf(ref version, 0));
            }

            if (isFirstEpoch || isMoved)
            {
                var record = voters.ToRecord();
                _batch.Append(nowMs, ControlRecords.KeyOf(ControlRecordType.KRaftVoters), ControlRecords.ValueOf(ref record, 0));
                Voters = voters;
            }
        }

        AppendBatch();
    }

    private void BeginBatch(bool isControl) => _batch.Begin(new BatchOptions
    {
        BaseOffset = _log.EndOffset,
        PartitionLeaderEpoch = LeaderEpoch,
        IsControl = isControl,
    });

    private long AppendBatch()
    {
        var count = _batch.RecordCount;
        var baseOffset = _log.EndOffset;
        _log.Append(_batch.BuildArray());
        Check.That(
            _log.EndOffset == baseOffset + count,
            $"{count} metadata records were appended at {baseOffset}, but the log now ends at {_log.EndOffset}");
        return _log.EndOffset - 1;
    }

    private void OnDurable(long durableEndOffset)
    {
        Check.That(
            durableEndOffset >= HighWatermark && durableEndOffset <= _log.EndOffset,
            $"metadata log durable up to {durableEndOffset}, high watermark {HighWatermark}, end {_log.EndOffset}");
        if (durableEndOffset > HighWatermark)
        {
            // One voter: what is durable here is committed.
            HighWatermark = durableEndOffset;
            _listener.OnCommitted(HighWatermark);
        }
    }

    private void OnFailed(IOException error)
    {
        if (IsFailed)
        {
            return;
        }

        Mark.Hit("quorum.log-failed");
        IsFailed = true;
        _listener.OnFailed(error);
    }
}
