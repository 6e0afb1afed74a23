using System.Runtime.InteropServices;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Replication;

/// <summary>
/// What one produce request appends on one shard, and the wait for it. The home shard fills it in and posts it; the owner
/// shard works on it and posts it back: never both at a time. Pooled at home, with the request it belongs to.
/// <para>Each append ends in exactly one way: satisfied, or leadership or the log lost. The third way, timed out, comes with
/// followers: the timeout of a producer limits the wait for them, and the leader's own disk is not waited for by a clock.</para>
/// </summary>
internal sealed class DelayedProduce : IAppendWaiter
{
    private static readonly Action<object?> s_run = static state => ((DelayedProduce)state!).RunOnOwner();
    private static readonly Action<object?> s_done = static state => ((DelayedProduce)state!).OnDoneAtHome();

    private readonly List<PartitionAppend> _results = [];
    private BrokerShard _home = null!;
    private BrokerShard _owner = null!;
    private IProduceHome _request = null!;
    private int _outstanding;
    private int _round;
    private Text _transactionalId;

    /// <summary>What is to be appended; written at home before <see cref="Start"/>.</summary>
    internal List<ProduceItem> Items { get; } = [];

    /// <summary>One answer for each of <see cref="Items"/>; read at home when it is back.</summary>
    internal ReadOnlySpan<PartitionAppend> Results => CollectionsMarshal.AsSpan(_results);

    /// <summary>What it took of the owner's time, when that is not home; measured when asked for.</summary>
    internal long OwnerTicks { get; private set; }

    /// <summary>Whether the time is to be measured; written at home before <see cref="Start"/>.</summary>
    internal bool IsTimed { get; set; }

    internal short Acks { get; private set; }

    internal short ProduceVersion { get; private set; }

    /// <summary>At home: sends it on its way. <see cref="IProduceHome.OnAppended"/> is called when it is back.</summary>
    internal void Start(IProduceHome request, BrokerShard home, BrokerShard owner, short acks, short produceVersion, Text transactionalId)
    {
        _request = request;
        _home = home;
        _owner = owner;
        Acks = acks;
        ProduceVersion = produceVersion;
        _transactionalId = transactionalId;
        _results.Clear();
        if (ReferenceEquals(home, owner))
        {
            RunOnOwner();
        }
        else
        {
            owner.Shard.Post(s_run, this);
        }
    }

    /// <summary>On the owner: an append ended.</summary>
    public void OnAppendEnded(int item, int round, ErrorCode error)
    {
        if (round != _round)
        {
            Mark.Hit("produce.wait-ended-late");
            return;
        }

        if (error != ErrorCode.None)
        {
            Mark.Hit("produce.append-ended-in-error");
            _results[item] = new PartitionAppend(error, null);
        }

        if (--_outstanding == 0)
        {
            GoHome();
        }
    }

    private void RunOnOwner()
    {
        Check.That(_owner.Shard.IsCurrent, $"an append for shard {_owner.Shard.Id} ran elsewhere");

        // Home measures itself.
        OwnerTicks = 0;
        var isTimed = IsTimed && !ReferenceEquals(_home, _owner);
        var startTicks = isTimed ? _owner.Quotas.ThreadTicks : 0;

        // One more than there are waits, so that nothing ends before everything was appended.
        _outstanding = 1;
        for (var i = 0; i < Items.Count; i++)
        {
            _results.Add(Append(i, Items[i]));
        }

        OwnerTicks = isTimed ? _owner.Quotas.ThreadTicks - startTicks : 0;
        OnAppendEnded(0, _round, ErrorCode.None);
    }

    private PartitionAppend Append(int index, in ProduceItem item)
    {
        if (_owner.FindPartition(item.Partition) is not { } partition)
        {
            Mark.Hit("produce.partition-not-here");
            // Home already has an image that this shard has not, or the other way round: the client tries again.
            return new PartitionAppend(ErrorCode.NotLeaderOrFollower, null);
        }

        return BatchValidator.IsTransactional(item.Records.Span) && TransactionalProduce.MustVerify(_owner.Config, ProduceVersion)
            ? Verify(partition, index, item.Records)
            : Append(partition, index, item.Records);
    }

    private PartitionAppend Append(Partition partition, int index, ReadOnlyMemory<byte> records)
    {
        var result = partition.AppendAsLeader(MemoryMarshal.AsMemory(records), Acks, ProduceVersion);
        if (result.Error == ErrorCode.None && partition.AwaitAppend(result.LastOffset, this, index, _round))
        {
            _outstanding++;
        }

        return result;
    }

    /// <summary>Appends once the coordinator says that the partition is in the transaction; at once if it said so before.</summary>
    private PartitionAppend Verify(Partition partition, int index, ReadOnlyMemory<byte> records)
    {
        var header = new RecordBatchHeader(records.Span);
        var isAnswered = false;
        var answer = ErrorCode.None;
        var isWaiting = false;
        _owner.Verifier.Verify(
            partition,
            _transactionalId,
            header.ProducerId,
            header.ProducerEpoch,
            TransactionalProduce.IsAddition(ProduceVersion),
            error =>
            {
                if (isWaiting)
                {
                    OnVerified(partition, index, records, error);
                }

                isAnswered = true;
                answer = error;
            });
        if (isAnswered)
        {
            return answer == ErrorCode.None ? Append(partition, index, records) : TransactionalProduce.Refused(answer, ProduceVersion);
        }

        isWaiting = true;
        _outstanding++;
        return new PartitionAppend(ErrorCode.None, null);
    }

    private void OnVerified(Partition partition, int index, ReadOnlyMemory<byte> records, ErrorCode error)
    {
        _results[index] = error == ErrorCode.None ? Append(partition, index, records) : TransactionalProduce.Refused(error, ProduceVersion);
        OnAppendEnded(index, _round, ErrorCode.None);
    }

    private void GoHome()
    {
        _round++;
        if (ReferenceEquals(_home, _owner))
        {
            OnDoneAtHome();
        }
        else
        {
            _home.Shard.Post(s_done, this);
        }
    }

    private void OnDoneAtHome() => _request.OnAppended(this);
}
