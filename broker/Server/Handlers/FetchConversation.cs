using Deterministic.Kernel;
using Deterministic.Kernel.Time;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Quotas;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>
/// One fetch under way: the reads that are out on other shards, the wait for <c>min.bytes</c> until the deadline, and the
/// files of the response until it was sent. Owned by the home shard; pooled by its handler.
/// <para>States: reading (something is out); waiting; charged (until its quotas were asked); answered (until sent); closing (until every part is back).</para>
/// </summary>
internal sealed class FetchConversation(BrokerShard home, FetchHandler handler) : IFetchHome, IExchangeResource, IQuotaPayer
{
    private const int ConsumerReplicaId = -1;

    private readonly DelayedFetch?[] _parts = new DelayedFetch?[home.Map.ShardCount];
    private readonly List<FetchItem> _items = [];
    private readonly HashSet<FetchKey> _seen = [];
    private readonly FetchAnswer _answer = new();
    private RequestExchange<FetchRequest, FetchResponse>? _exchange;
    private FetchSession? _session;
    private ScheduledTimer? _deadline;
    private long _deadlineMs;
    private bool _mayWait;
    private bool _isFull;
    private bool _hasErrors;
    private bool _isLate;
    private bool _isAgain;
    private bool _isCharging;
    private int _reading;
    private int _open;
    private long _minBytes;
    private int _maxBytes;

    internal void Begin(RequestExchange<FetchRequest, FetchResponse> exchange)
    {
        _exchange = exchange;
        _session = null;
        _isFull = true;
        _hasErrors = false;
        _isLate = false;
        _isAgain = false;
        _isCharging = false;
        _deadlineMs = home.Shard.MonotonicMs + Math.Max(0, exchange.Request.MaxWaitMs);
        _minBytes = exchange.Request.MinBytes;
        _maxBytes = Math.Min(exchange.Request.MaxBytes, home.Config.FetchMaxBytes);
        exchange.Resource = this;
        if (exchange.Quotas?.Fetch is { } quota)
        {
            // More than the windows allow would be refused for ever.
            _maxBytes = (int)Math.Min(_maxBytes, Math.Max(1, quota.Bound * home.Quotas.Sensors.Windows.FullSeconds));
            _minBytes = Math.Min(_minBytes, _maxBytes);
        }
    }

    /// <summary>Reads what a session remembers.</summary>
    internal void UseSession(FetchSession session, bool isFull)
    {
        _session = session;
        _isFull = isFull;
        foreach (var partition in session.Partitions)
        {
            Add(partition.Key, partition.Asked, partition);
        }
    }

    /// <summary>Reads what the request names, each partition once.</summary>
    internal void UseRequest(in FetchRequest request, bool usesTopicIds)
    {
        foreach (ref var topic in request.Topics)
        {
            foreach (ref var partition in topic.Partitions)
            {
                var key = usesTopicIds
                    ? new FetchKey(default, topic.TopicId, partition.Partition)
                    : new FetchKey(topic.Topic, default, partition.Partition);
                if (_seen.Add(key))
                {
                    Add(key, partition, null);
                }
            }
        }

        _seen.Clear();
    }

    /// <summary>Nothing was started; nothing is held.</summary>
    internal void Abort()
    {
        _exchange!.Resource = null;
        Recycle();
    }

    /// <summary>Whether there is a partition that can be read.</summary>
    internal bool HasParts => Measure().Parts > 0;

    /// <summary>Sends the reads on their way; the answer follows now or later.</summary>
    internal void Start()
    {
        var (parts, bytes) = Measure();
        _mayWait = _minBytes > 0 && _exchange!.Request.MaxWaitMs > 0 && !_hasErrors && parts > 0 && !_isLate;

        // If all parts together come to what is missing, then at least one has come to its share of it.
        var share = parts == 0 ? 0 : Math.Max(1, (_minBytes - bytes + parts - 1) / parts);
        _reading = 1;
        for (var i = 0; i < _parts.Length; i++)
        {
            if (_parts[i] is { Specs.Count: > 0 } part)
            {
                _reading++;
                _open++;
                part.Start(this, home, home.Peers[i], _maxBytes, _mayWait ? part.CurrentBytes + share : 0, _exchange!.Request.IsolationLevel == 1);
            }
        }

        OnReadsMoved(isFirst: true);
    }

    /// <inheritdoc/>
    public void OnRead(DelayedFetch part, bool isFirst)
    {
        if (_exchange is not null && !_isCharging)
        {
            OnReadsMoved(isFirst);
        }
    }

    /// <inheritdoc/>
    public void OnReturned(DelayedFetch part)
    {
        if (--_open > 0)
        {
            return;
        }

        if (_isAgain)
        {
            StartAgain();
        }
        else
        {
            Recycle();
        }
    }

    /// <inheritdoc/>
    public void OnSent() => CloseParts();

    /// <inheritdoc/>
    public void OnHurry() => OnDeadline();

    private void OnReadsMoved(bool isFirst)
    {
        if (isFirst)
        {
            _reading--;
        }

        if (_reading > 0 || _isAgain)
        {
            return;
        }

        var isEnough = _hasErrors || !_mayWait || Measure().Bytes >= _minBytes;
        var anyArmed = false;
        var allArmed = true;
        foreach (var part in _parts)
        {
            if (part is { Specs.Count: > 0 })
            {
                isEnough |= part.IsUrgent;
                anyArmed |= part.MayImprove;
                allArmed &= part.MayImprove;
            }
        }

        if (isEnough || (_isLate && (!anyArmed || _minBytes <= 1)))
        {
            Answer();
        }
        else if (_isLate)
        {
            Mark.Hit("fetch.read-once-more-when-late");
            ReadOnceMore();
        }
        else if (!allArmed)
        {
            // A part has reached its share and the whole is still too small: the shares are set anew.
            Mark.Hit("fetch.shares-set-anew");
            _isAgain = true;
            CloseParts();
        }
        else
        {
            Wait();
        }
    }

    private void Wait()
    {
        if (_deadline is null)
        {
            _deadline = home.Shard.Timers.Schedule(_deadlineMs, static state => ((FetchConversation)state!).OnDeadline(), this);
            home.Metrics.WaitingFetches++;
        }
    }

    private void OnDeadline()
    {
        if (_exchange is not null && !_isLate && !_isCharging)
        {
            Mark.Hit("fetch.timed-out");
            home.Metrics.ExpiredFetches++;
            _isLate = true;
            OnReadsMoved(isFirst: false);
        }
    }

    private void ReadOnceMore()
    {
        foreach (var part in _parts)
        {
            if (part is { Specs.Count: > 0, MayImprove: true })
            {
                part.Finish();
            }
        }
    }

    private void Answer()
    {
        if (_deadline is not null)
        {
            home.Metrics.WaitingFetches--;
            _deadline.Cancel();
            _deadline = null;
        }

        if (_exchange!.Quotas is { } quotas)
        {
            _isCharging = true;
            _exchange.Charge(quotas, quotas.Fetch, _answer.Measure(_items, _parts, Math.Max(0, _maxBytes)), mayRefuse: true, this);
        }
        else
        {
            Finish();
        }
    }

    /// <inheritdoc/>
    public void OnCharged(QuotaCharge charge)
    {
        _isCharging = false;
        _exchange!.Throttle(charge.ThrottleMs);
        if (charge.IsRefused)
        {
            Mark.Hit("fetch.over-quota");
            FinishEmpty();
        }
        else
        {
            Finish();
        }
    }

    private void Finish()
    {
        var exchange = _exchange!;
        _exchange = null;
        _answer.Build(exchange, _items, _parts, _session, _isFull, Math.Max(0, _maxBytes), home);
        exchange.Complete();
    }

    /// <summary>Nothing is sent, and nothing counts as sent: what the session remembers stays as it was; one that was to begin does not.</summary>
    private void FinishEmpty()
    {
        var exchange = _exchange!;
        _exchange = null;
        if (_session is not null && _isFull)
        {
            handler.Forget(_session);
        }
        else
        {
            exchange.Response.SessionId = _session?.Id ?? 0;
        }

        exchange.Complete();
    }

    private void StartAgain()
    {
        _isAgain = false;
        for (var i = 0; i < _items.Count; i++)
        {
            var item = _items[i];
            if (item.Part >= 0)
            {
                _items[i] = item with { Index = AddSpec(i, item, item.Part) };
            }
        }

        Start();
    }

    private void CloseParts()
    {
        // One more than there are parts, so that the last one does not end this before all were told.
        _open++;
        foreach (var part in _parts)
        {
            if (part is { Specs.Count: > 0 })
            {
                part.Close();
            }
        }

        OnReturned(null!);
    }

    private void Recycle()
    {
        _items.Clear();
        _answer.Clear();
        _session = null;
        _exchange = null;
        foreach (var part in _parts)
        {
            part?.Forget();
        }

        handler.Return(this);
    }

    private (int Parts, long Bytes) Measure()
    {
        var parts = 0;
        var bytes = 0L;
        foreach (var part in _parts)
        {
            if (part is { Specs.Count: > 0 })
            {
                parts++;
                bytes += part.CurrentBytes;
            }
        }

        return (parts, bytes);
    }

    private void Add(in FetchKey key, in FetchRequest.FetchPartition asked, FetchSessionPartition? remembered)
    {
        var topic = key.TopicId.IsZero ? home.Image.FindTopic(key.Topic) : home.Image.FindTopic(key.TopicId);
        var usesTopicIds = _exchange!.Context.Version >= 13;
        var error = topic is null ? (usesTopicIds ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition)
            : topic.FindPartition(key.Partition) is not { } partition ? ErrorCode.UnknownTopicOrPartition
            : ReplicaIdOf(_exchange.Request) >= 0 || PartitionAvailability.IsElsewhere(partition, home.NodeId) ? ErrorCode.NotLeaderOrFollower
            : ErrorCode.None;
        var item = new FetchItem(key, asked, remembered, error, -1, -1);
        if (error == ErrorCode.None)
        {
            var part = home.Map.OwnerOf(topic!.Id, key.Partition);
            item = item with { Part = part, Index = AddSpec(_items.Count, item, part) };
        }

        _hasErrors |= error != ErrorCode.None;
        _items.Add(item);
    }

    private int AddSpec(int index, in FetchItem item, int partIndex)
    {
        var topic = item.Key.TopicId.IsZero ? home.Image.FindTopic(item.Key.Topic) : home.Image.FindTopic(item.Key.TopicId);
        var part = _parts[partIndex] ??= new DelayedFetch();
        part.Specs.Add(new FetchSpec(
            index,
            new TopicIdPartition(topic?.Id ?? default, item.Key.Partition),
            item.Asked.FetchOffset,
            item.Asked.PartitionMaxBytes,
            item.Asked.CurrentLeaderEpoch,
            item.Asked.LastFetchedEpoch));
        return part.Specs.Count - 1;
    }

    /// <summary>Followers of this node's partitions come with the cluster; until then no node is a replica besides this one.</summary>
    private static int ReplicaIdOf(in FetchRequest request) =>
        request.ReplicaState.ReplicaId > ConsumerReplicaId ? request.ReplicaState.ReplicaId : request.ReplicaId;
}
