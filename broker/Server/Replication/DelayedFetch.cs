using System.Runtime.InteropServices;
using Deterministic.Kernel;
using Deterministic.Protocol;

namespace Deterministic.Server.Replication;

/// <summary>
/// What one fetch reads on one shard, and the wait for more. Home writes what is asked and posts it; the owner reads once,
/// and when that is too little waits for progress and reads once more. Each of the two results belongs to home from the
/// moment it is posted until <see cref="Close"/>; the owner then lets go of the files. Pooled at home, with its request.
/// <para>States on the owner: reading; armed (waiting for progress); done; closed.</para>
/// </summary>
internal sealed class DelayedFetch : IProgressWatcher
{
    private static readonly Action<object?> s_read = static state => ((DelayedFetch)state!).ReadFirst();
    private static readonly Action<object?> s_readFinal = static state => ((DelayedFetch)state!).ReadFinal();
    private static readonly Action<object?> s_close = static state => ((DelayedFetch)state!).CloseOnOwner();
    private static readonly Action<object?> s_firstAtHome = static state => ((DelayedFetch)state!).OnFirstAtHome();
    private static readonly Action<object?> s_secondAtHome = static state => ((DelayedFetch)state!).OnSecondAtHome();
    private static readonly Action<object?> s_returned = static state => ((DelayedFetch)state!).OnReturnedAtHome();

    private readonly List<PartitionRead> _first = [];
    private readonly List<PartitionRead> _second = [];

    // Written at home before a post, read by the owner.
    private BrokerShard _home = null!;
    private BrokerShard _owner = null!;
    private IFetchHome _request = null!;
    private int _maxBytes;
    private long _armBytes;
    private bool _isReadCommitted;

    // The owner's.
    private readonly List<Partition> _watched = [];
    private long _seenBytes;
    private bool _isArmed;

    // Home's.
    private bool _hasSecond;

    /// <summary>What is asked; written at home before <see cref="Start"/>.</summary>
    internal List<FetchSpec> Specs { get; } = [];

    /// <summary>Home: the latest result that was posted, one read for each of <see cref="Specs"/>.</summary>
    internal ReadOnlySpan<PartitionRead> Current => CollectionsMarshal.AsSpan(_hasSecond ? _second : _first);

    /// <summary>Home: whether the owner still waits for progress and will post a second result.</summary>
    internal bool MayImprove { get; private set; }

    /// <summary>Home: bytes in <see cref="Current"/>.</summary>
    internal long CurrentBytes { get; private set; }

    /// <summary>Home: whether <see cref="Current"/> must be answered at once.</summary>
    internal bool IsUrgent { get; private set; }

    /// <summary>
    /// Home: sends it on its way. The owner arms it when it found less than <paramref name="armBytes"/> (0: never), and reads
    /// again when there is as much.
    /// </summary>
    internal void Start(IFetchHome request, BrokerShard home, BrokerShard owner, int maxBytes, long armBytes, bool isReadCommitted)
    {
        _request = request;
        _home = home;
        _owner = owner;
        _maxBytes = maxBytes;
        _armBytes = armBytes;
        _isReadCommitted = isReadCommitted;
        _hasSecond = false;
        PostToOwner(s_read);
    }

    /// <summary>Home: the time is over; the owner reads once more, if it is still armed.</summary>
    internal void Finish() => PostToOwner(s_readFinal);

    /// <summary>Home: the next request is another one.</summary>
    internal void Forget()
    {
        CurrentBytes = 0;
        Specs.Clear();
    }

    /// <summary>Home: the response is gone; the owner lets go of everything.</summary>
    internal void Close() => PostToOwner(s_close);

    /// <inheritdoc/>
    public void OnProgress(Partition partition, long bytes)
    {
        _seenBytes += Math.Max(bytes, 1);
        if (_isArmed && _seenBytes >= _armBytes)
        {
            Mark.Hit("fetch.satisfied-while-waiting");
            ReadFinal();
        }
    }

    /// <inheritdoc/>
    public void OnGone(Partition partition)
    {
        if (_isArmed)
        {
            Mark.Hit("fetch.partition-left-while-waiting");
            ReadFinal();
        }
    }

    private void ReadFirst()
    {
        Check.That(_owner.Shard.IsCurrent, $"a read for shard {_owner.Shard.Id} ran elsewhere");
        ReadAll(_first);
        CountFetches();
        if (_armBytes > 0 && !AnyUrgent(_first) && BytesOf(_first) < _armBytes)
        {
            Arm();
        }

        PostHome(s_firstAtHome);
    }

    private void ReadFinal()
    {
        if (!_isArmed)
        {
            Mark.Hit("fetch.final-reads-crossed");
            return;
        }

        Disarm();
        ReadAll(_second);
        PostHome(s_secondAtHome);
    }

    private void CloseOnOwner()
    {
        Disarm();
        Release(_first);
        Release(_second);
        PostHome(s_returned);
    }

    private void Arm()
    {
        _isArmed = true;
        _seenBytes = BytesOf(_first);
        foreach (var spec in Specs)
        {
            if (_owner.FindPartition(spec.Partition) is { } partition)
            {
                partition.Watch(this);
                _watched.Add(partition);
            }
        }
    }

    private void Disarm()
    {
        _isArmed = false;
        foreach (var partition in _watched)
        {
            partition.Unwatch(this);
        }

        _watched.Clear();
    }

    private void ReadAll(List<PartitionRead> results)
    {
        var left = _maxBytes;
        var minOneBatch = true;
        foreach (ref readonly var spec in CollectionsMarshal.AsSpan(Specs))
        {
            var read = _owner.FindPartition(spec.Partition) is { } partition
                ? PartitionReader.Read(partition, spec, left, minOneBatch, _isReadCommitted)
                : new PartitionRead(ErrorCode.NotLeaderOrFollower);
            if (read.SizeBytes > 0)
            {
                minOneBatch = false;
            }

            // A limit below 0 is the first partition's error, as with Kafka.
            left = Math.Max(0, left - read.SizeBytes);

            results.Add(read);
        }
    }

    private void CountFetches()
    {
        for (var i = 0; i < Specs.Count; i++)
        {
            _owner.FindPartition(Specs[i].Partition)?.OnFetch(_first[i].Error);
        }
    }

    private void OnFirstAtHome()
    {
        MayImprove = _armBytes > 0 && !AnyUrgent(_first) && BytesOf(_first) < _armBytes;
        Take(_first, isFirst: true);
    }

    private void OnSecondAtHome()
    {
        _hasSecond = true;
        MayImprove = false;
        Take(_second, isFirst: false);
    }

    private void Take(List<PartitionRead> results, bool isFirst)
    {
        CurrentBytes = BytesOf(results);
        IsUrgent = AnyUrgent(results);
        _request.OnRead(this, isFirst);
    }

    private void OnReturnedAtHome()
    {
        Specs.Clear();
        _first.Clear();
        _second.Clear();
        _request.OnReturned(this);
    }

    private void PostToOwner(Action<object?> work)
    {
        if (ReferenceEquals(_home, _owner))
        {
            work(this);
        }
        else
        {
            _owner.Shard.Post(work, this);
        }
    }

    private void PostHome(Action<object?> work)
    {
        if (ReferenceEquals(_home, _owner))
        {
            work(this);
        }
        else
        {
            _home.Shard.Post(work, this);
        }
    }

    private static void Release(List<PartitionRead> reads)
    {
        foreach (ref readonly var read in CollectionsMarshal.AsSpan(reads))
        {
            read.Log.Release();
        }
    }

    private static long BytesOf(List<PartitionRead> reads)
    {
        long bytes = 0;
        foreach (ref readonly var read in CollectionsMarshal.AsSpan(reads))
        {
            bytes += read.SizeBytes;
        }

        return bytes;
    }

    private static bool AnyUrgent(List<PartitionRead> reads)
    {
        foreach (ref readonly var read in CollectionsMarshal.AsSpan(reads))
        {
            if (read.IsUrgent)
            {
                return true;
            }
        }

        return false;
    }
}
