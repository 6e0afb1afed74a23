using System.Buffers.Binary;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Groups;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Consumers;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Groups;

/// <summary>
/// One partition of <c>__consumer_offsets</c> and the groups in it: decides nothing, appends what was decided, and
/// <see cref="Replay"/>s it once it is durable. Owned by the shard that owns the partition; lives while this node leads it.
/// </summary>
public sealed class GroupPartition
{
    /// <summary>Not in a transaction, or not known.</summary>
    internal const long NoProducerId = -1;

    /// <summary>Keys of the records of the other group protocols whose presence says that the group is of that protocol.</summary>
    private const short ShareGroupMetadataType = 11;
    private const short StreamsGroupMetadataType = 17;

    private readonly Dictionary<Text, ClassicGroup> _groups = [];
    private readonly Dictionary<long, List<Text>> _inTransaction = [];
    private readonly Shard _shard;
    private readonly IGroupLog _log;
    private readonly GroupBatch _batch;

    internal GroupPartition(Shard shard, IGroupLog log, GroupBatch batch, int index)
    {
        _shard = shard;
        _log = log;
        _batch = batch;
        Index = index;
    }

    /// <summary>Number of the partition.</summary>
    public int Index { get; }

    /// <summary>Whether it serves.</summary>
    public GroupPartitionState State { get; internal set; } = GroupPartitionState.Loading;

    /// <summary>Its groups.</summary>
    public IReadOnlyDictionary<Text, ClassicGroup> Groups => _groups;

    /// <summary>The group, or null.</summary>
    public ClassicGroup? Find(Text groupId) => _groups.GetValueOrDefault(groupId);

    /// <summary>The group; a new one is Empty and leaves no trace until a record of it is durable.</summary>
    internal ClassicGroup FindOrAdd(Text groupId)
    {
        if (!_groups.TryGetValue(groupId, out var group))
        {
            group = new ClassicGroup(this, groupId.Copy());
            _groups.Add(group.GroupId, group);
        }

        return group;
    }

    /// <summary>Runs later: what follows an append and may append again must not do so amidst the commit of the first one.</summary>
    internal void Post(Action action) => _shard.Post(action);

    internal void Remove(ClassicGroup group) => _groups.Remove(group.GroupId);

    /// <summary>Appends records of one group; when they are durable they are replayed, and then <paramref name="done"/> is told.</summary>
    internal void Append(
        ClassicGroup group,
        IReadOnlyList<GroupRecord> records,
        Action<ErrorCode> done,
        long producerId = NoProducerId,
        short producerEpoch = -1)
    {
        group.PendingAppends++;
        var batch = _batch.Build(records, _shard.WallClockMs, producerId, producerEpoch);
        _log.Append(Index, batch, error =>
        {
            group.PendingAppends--;
            if (error == ErrorCode.None)
            {
                var offset = new RecordBatchHeader(batch.Span).BaseOffset;
                foreach (var record in records)
                {
                    Replay(record.Key.Bytes, record.Value, producerId, offset++);
                }
            }

            done(error);
            if (group.WhenIdle.Count > 0)
            {
                Post(() => RunIdle(group));
            }
        });
    }

    /// <summary>Appends the marker that ends a transaction here; when it is durable its offsets count or are dropped, and then <paramref name="done"/> is told.</summary>
    internal void Append(TransactionMarker marker, Action<ErrorCode> done) =>
        _log.Append(
            Index,
            _batch.Build(marker, _shard.WallClockMs),
            error =>
            {
                if (error == ErrorCode.None)
                {
                    ReplayMarker(marker.ProducerId, marker.IsCommit);
                }

                done(error);
            },
            marker.TransactionVersion);

    /// <summary>
    /// Applies a record to what is durable: the only code that does, for records of this life and of earlier ones.
    /// Offsets of a transaction wait for its marker; records of kinds this broker does not serve stay in the log untouched.
    /// Key and value are memory that nobody writes to again.
    /// </summary>
    internal void Replay(ReadOnlyMemory<byte> key, Blob value, long producerId = NoProducerId, long logOffset = -1)
    {
        Check.That(key.Length >= GroupRecords.FrameBytes, $"a record of __consumer_offsets-{Index} has a key of {key.Length} bytes");
        var type = BinaryPrimitives.ReadInt16BigEndian(key.Span);
        var body = key[GroupRecords.FrameBytes..];
        switch (type)
        {
            case 0 or 1:
                ReplayOffset(StoredCodec.Decode<OffsetCommitKey>(body, 0, out _), value, producerId, logOffset);
                break;
            case 2:
                ReplayGroup(StoredCodec.Decode<GroupMetadataKey>(body, 0, out _).Group, value);
                break;
            case var _ when ConsumerReplay.Knows(type):
                ReplayConsumer(StoredCodec.Decode<GroupMetadataKey>(body, 0, out _).Group, key, value);
                break;
            case ShareGroupMetadataType or StreamsGroupMetadataType:
                // Their keys begin as that of a classic group: with the group id.
                ReplayOtherProtocol(StoredCodec.Decode<GroupMetadataKey>(body, 0, out _).Group, isTombstone: value.IsNull);
                break;
        }
    }

    /// <summary>The transaction of a producer ended in this partition.</summary>
    internal void ReplayMarker(long producerId, bool isCommit)
    {
        if (!_inTransaction.Remove(producerId, out var groups))
        {
            return;
        }

        if (isCommit)
        {
            Mark.Hit("group.offsets-of-transaction-committed");
        }
        else
        {
            Mark.Hit("group.offsets-of-transaction-aborted");
        }

        foreach (var groupId in groups)
        {
            if (Find(groupId) is { } group)
            {
                group.Offsets.EndTransaction(producerId, isCommit);
                MaybeForget(group);
            }
        }
    }

    /// <summary>Forgets a group of which nothing durable is left and which nobody uses.</summary>
    internal void MaybeForget(ClassicGroup group)
    {
        if (group is { Stored: null, Consumer: null, IsOfOtherProtocol: false, Line: { IsBusy: false, WaitingCount: 0 }, Members.Count: 0, PendingJoins.Count: 0, PendingAppends: 0,
            Offsets.IsEmpty: true, State: ClassicGroupState.Empty or ClassicGroupState.Dead })
        {
            Mark.Hit("group.forgotten");
            Remove(group);
        }
    }

    private static void RunIdle(ClassicGroup group)
    {
        for (var left = group.WhenIdle.Count; left > 0 && group.PendingAppends == 0; left--)
        {
            group.WhenIdle.Dequeue()();
        }
    }

    private void ReplayOffset(OffsetCommitKey key, Blob value, long producerId, long logOffset)
    {
        if (value.IsNull)
        {
            if (Find(key.Group) is { } known)
            {
                known.Offsets.Remove(key.Topic, key.Partition);
                MaybeForget(known);
            }

            return;
        }

        var stored = StoredCodec.Decode<OffsetCommitValue>(value.Bytes[GroupRecords.FrameBytes..], VersionOf(value), out _);
        var offset = new CommittedOffset(
            stored.Offset, stored.LeaderEpoch, stored.Metadata.Copy(), stored.CommitTimestamp, stored.ExpireTimestamp, stored.TopicId, logOffset);
        var group = FindOrAdd(key.Group);
        if (producerId == NoProducerId)
        {
            group.Offsets.Set(key.Topic, key.Partition, offset);
        }
        else
        {
            group.Offsets.SetPending(producerId, key.Topic, key.Partition, offset);
            RememberTransaction(producerId, group.GroupId);
        }
    }

    private void RememberTransaction(long producerId, Text groupId)
    {
        if (!_inTransaction.TryGetValue(producerId, out var groups))
        {
            groups = [];
            _inTransaction.Add(producerId, groups);
        }

        if (!groups.Contains(groupId))
        {
            groups.Add(groupId);
        }
    }

    private void ReplayGroup(Text groupId, Blob value)
    {
        if (!value.IsNull)
        {
            FindOrAdd(groupId).Stored =
                StoredCodec.Decode<GroupMetadataValue>(value.Bytes[GroupRecords.FrameBytes..], VersionOf(value), out _);
        }
        else if (Find(groupId) is { } group)
        {
            group.Stored = null;
            MaybeForget(group);
        }
    }

    private void ReplayConsumer(Text groupId, ReadOnlyMemory<byte> key, Blob value)
    {
        var group = value.IsNull ? Find(groupId) : FindOrAdd(groupId);
        if (group is not null)
        {
            group.Consumer = ConsumerReplay.Apply(group.Consumer, key, value);
            MaybeForget(group);
        }
    }

    private void ReplayOtherProtocol(Text groupId, bool isTombstone)
    {
        if (!isTombstone)
        {
            FindOrAdd(groupId).IsOfOtherProtocol = true;
        }
        else if (Find(groupId) is { } group)
        {
            group.IsOfOtherProtocol = false;
            MaybeForget(group);
        }
    }

    private static short VersionOf(Blob value) => BinaryPrimitives.ReadInt16BigEndian(value.Bytes.Span);
}
