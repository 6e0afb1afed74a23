using Deterministic.Checking.Histories;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// The consumer of a client. Owned by its client process. In the history it is one process until it goes elsewhere than
/// to the next record: by a seek, or because its position was not in the log any more.
/// </summary>
internal sealed class Consumer
{
    private readonly ClientProcess _process;
    private readonly Fetcher _fetcher;
    private readonly List<ConsumedPartition> _partitions = [];
    private int _historyProcess = -1;
    private IGroupMember? _member;

    internal Consumer(ClientProcess process)
    {
        _process = process;
        _fetcher = new Fetcher(process);
    }

    /// <summary>What it reads.</summary>
    internal IReadOnlyList<ConsumedPartition> Partitions => _partitions;

    /// <summary>Its membership in a group; null: it says itself what it reads.</summary>
    internal IGroupMember? Member => _member;

    private ConsumerTraits Traits => new(
        _member?.Plan.Group, _member?.Generation ?? -1, _process.Plan.Consumer.ReadsCommitted ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted);

    /// <summary>Becomes a member of a group with its next poll.</summary>
    internal async Task SubscribeAsync(SubscribeOperation operation)
    {
        await LeaveAsync();
        _member = operation.UsesConsumerProtocol && _process.VersionMaxOf(OffsetCommitRequest.Api) >= GroupOffsets.FirstVersionWithEpochs
            ? new EpochMember(_process, this, operation)
            : new GroupMember(_process, this, operation);
    }

    /// <summary>Commits where it is, if it is a member of a group.</summary>
    internal Task CommitAsync() => _member?.CommitAsync() ?? Task.CompletedTask;

    /// <summary>Speaks of a generation that is over, if it is a member of a group.</summary>
    internal Task BeStaleAsync() => _member?.BeStaleAsync() ?? Task.CompletedTask;

    /// <summary>Reads nothing any more.</summary>
    internal async Task LeaveAsync()
    {
        if (_member is { } member)
        {
            _member = null;
            await member.LeaveAsync();
            _partitions.Clear();
            Retire();
        }
    }

    /// <summary>The group's member owns these partitions now, and no others.</summary>
    internal void OnOwned(IReadOnlyList<TopicPartition> owned, bool isLost)
    {
        var gone = _partitions.FindAll(partition => !owned.Contains(new TopicPartition(partition.Topic, partition.Partition)));
        Tell(isLost ? RebalanceKind.Lost : RebalanceKind.Revoked, gone);
        _partitions.RemoveAll(gone.Contains);
        var come = new List<ConsumedPartition>();
        foreach (var (name, number) in owned)
        {
            if (!_partitions.Exists(partition => partition.Topic == name && partition.Partition == number) && _process.View.Find(name) is { } topic)
            {
                var partition = Consumed(topic, _process.Fleet.NumberOf(name), number);
                partition.StartsAtCommitted = true;
                partition.ResetTimestamp = _process.Plan.Consumer.ResetsToLatest ? OffsetTimes.Latest : OffsetTimes.Earliest;
                come.Add(partition);
            }
        }

        _partitions.AddRange(come);
        Tell(RebalanceKind.Assigned, come);
    }

    private void Tell(RebalanceKind kind, List<ConsumedPartition> partitions)
    {
        var keys = partitions.FindAll(partition => partition.IsRecorded).ConvertAll(partition => partition.Key);
        if (keys.Count > 0 && _historyProcess >= 0)
        {
            _process.Fleet.History.Rebalanced(_historyProcess, kind, keys);
        }
    }

    /// <summary>Reads these topics from now on, those it read before from where it was.</summary>
    internal async Task AssignAsync(AssignOperation operation)
    {
        await LeaveAsync();
        await _process.View.FindAsync(operation.Topics);
        var partitions = new List<ConsumedPartition>();
        foreach (var number in operation.Topics)
        {
            if (_process.View.Find(_process.Fleet.Workload.Topics[number].Name) is { } topic)
            {
                partitions.AddRange(Enumerable.Range(0, topic.Partitions.Count)
                    .Where(partition => operation.Half is not { } half || partition % 2 == half)
                    .Select(partition => Find(topic, partition) ?? Consumed(topic, number, partition)));
            }
        }

        _partitions.Clear();
        _partitions.AddRange(partitions);
        RecordAssignment();
    }

    /// <summary>Reads these partitions from now on, each from the given offset.</summary>
    internal void Assign(IEnumerable<(TopicView Topic, int Partition, long Position)> partitions)
    {
        _partitions.Clear();
        foreach (var (topic, number, position) in partitions)
        {
            var partition = Consumed(topic, _process.Fleet.NumberOf(topic.Name), number);
            partition.Position = position;
            _partitions.Add(partition);
        }

        RecordAssignment();
    }

    /// <summary>Goes elsewhere in all its partitions.</summary>
    internal void Seek(SeekOperation operation)
    {
        if (_member is not null)
        {
            // A member that goes back would commit backwards, which the history would not tell from a mistake of the group.
            return;
        }

        foreach (var partition in _partitions)
        {
            switch (operation.Target)
            {
                case SeekTarget.Back or SeekTarget.Ahead when partition.Position is { } position:
                    partition.Position = Math.Max(0, position + (operation.Target == SeekTarget.Back ? -operation.Distance : operation.Distance));
                    break;
                default:
                    partition.Position = null;
                    partition.ResetTimestamp = operation.Target switch
                    {
                        SeekTarget.Latest => OffsetTimes.Latest,
                        SeekTarget.MaxTimestamp => OffsetTimes.MaxTimestamp,
                        SeekTarget.Time => Math.Max(0, _process.Shard.WallClockMs - operation.Distance),
                        _ => OffsetTimes.Earliest,
                    };
                    break;
            }
        }

        Retire();
    }

    /// <summary>Goes back to where its group has come to, since what it read meanwhile came to nothing.</summary>
    internal void GoBackToCommitted()
    {
        foreach (var partition in _partitions)
        {
            partition.Position = null;
            partition.StartsAtCommitted = true;
            partition.ResetTimestamp = OffsetTimes.Earliest;
        }

        Retire();
    }

    /// <summary>Polls until it has enough, or time is up, or each partition is at its end; returns what it got.</summary>
    internal async Task<IReadOnlyList<PolledRecord>> PollAsync(PollOperation operation, Predicate<ConsumedPartition>? isAtEnd = null)
    {
        if (_partitions.Count == 0 && _member is null)
        {
            return [];
        }

        var untilMs = _process.Shard.MonotonicMs + operation.TimeoutMs;
        if (_historyProcess < 0)
        {
            RecordAssignment();
        }

        var token = _process.Fleet.History.Invoke(_historyProcess, OpFunction.Poll, [PollMop.Empty], consumer: Traits);
        var records = new List<PolledRecord>();
        var mustRetire = false;
        while (records.Count < operation.RecordsMin && !mustRetire)
        {
            mustRetire = await FetchOnceAsync(untilMs, records);
            if (_process.Shard.MonotonicMs >= untilMs || (isAtEnd is not null && _partitions.TrueForAll(isAtEnd)))
            {
                break;
            }
        }

        _process.Fleet.History.Ok(token, [new PollMop(records)]);
        if (mustRetire)
        {
            Retire();
        }

        if (operation.Commits)
        {
            await CommitAsync();
        }

        return records;
    }

    /// <summary>One round of fetches; true when a partition has lost its place, so that the process in the history must end.</summary>
    private async Task<bool> FetchOnceAsync(long untilMs, List<PolledRecord> records)
    {
        if (_member is not null)
        {
            await _member.JoinAsync(untilMs);
        }

        await PlaceAsync(untilMs);
        var placed = _partitions.Where(partition => partition.Position is not null).ToList();
        var waitMs = (int)Math.Clamp(untilMs - _process.Shard.MonotonicMs, 0, _process.Plan.Consumer.MaxWaitMs);
        if (placed.Count == 0 || !await _fetcher.FetchAsync(placed, waitMs, records))
        {
            await _process.BackOffAsync();
        }

        return placed.Exists(partition => partition.Position is null && _partitions.Contains(partition));
    }

    private async Task PlaceAsync(long untilMs)
    {
        await PlaceAtCommittedAsync(untilMs);
        foreach (var partition in _partitions)
        {
            FollowTopic(partition);
            while (partition is { Position: null, StartsAtCommitted: false } && _process.Shard.MonotonicMs < untilMs)
            {
                var offset = await OffsetLookup.AskAsync(
                    _process, partition.Topic, partition.Partition, partition.ResetTimestamp, _process.Plan.Consumer.ReadsCommitted);
                if (offset is { } found and >= 0)
                {
                    partition.Position = found;
                }
                else if (offset is not null)
                {
                    // No record is that late: the end, as a client's offsetsForTimes leads to.
                    partition.ResetTimestamp = OffsetTimes.Latest;
                }
                else
                {
                    await _process.BackOffAsync();
                    FollowTopic(partition);
                }
            }
        }
    }

    private async Task PlaceAtCommittedAsync(long untilMs)
    {
        while (_member is not null && _partitions.Exists(partition => partition.StartsAtCommitted) && _process.Shard.MonotonicMs < untilMs)
        {
            var unplaced = _partitions.FindAll(partition => partition.StartsAtCommitted);
            if (await _member.Offsets.FetchAsync(unplaced, _process.Plan.Consumer.ReadsCommitted) is not { } committed)
            {
                await _process.BackOffAsync();
                continue;
            }

            foreach (var partition in unplaced)
            {
                partition.StartsAtCommitted = false;
                partition.Position = committed.TryGetValue(partition.Key, out var offset) ? offset : null;
            }
        }
    }

    /// <summary>The topic may have been created again: then it is another log, which the consumer goes on with where it is, as clients do.</summary>
    private void FollowTopic(ConsumedPartition partition)
    {
        if (_process.View.Find(partition.Topic) is { } topic && topic.Id != partition.TopicId && !topic.Id.IsZero)
        {
            partition.TopicId = topic.Id;
            partition.Key = topic.KeyOf(partition.Partition);
        }
    }

    private ConsumedPartition? Find(TopicView topic, int partition) =>
        _partitions.Find(known => known.Topic == topic.Name && known.Partition == partition && known.TopicId == topic.Id);

    private ConsumedPartition Consumed(TopicView topic, int number, int partition)
    {
        var isByName = topic.Id.IsZero || _process.VersionMaxOf(FetchRequest.Api) < Fetcher.FirstVersionWithIds;
        return new ConsumedPartition(topic.Name, number, partition, topic.KeyOf(partition), topic.Id)
        {
            IsRecorded = _process.Fleet.IsRecorded(number) && !(topic.Plan.MayBeDeleted && isByName),
        };
    }

    private void Retire() => _historyProcess = -1;

    private IEnumerable<LogKey> KeysToRead() => _member is null
        ? _partitions.Where(partition => partition.IsRecorded).Select(partition => partition.Key)
        : _member.Plan.Topics.Where(_process.Fleet.IsRecorded).Select(number => new LogKey(_process.Fleet.Workload.Topics[number].Name, 0));

    private void RecordAssignment()
    {
        if (_historyProcess < 0)
        {
            _historyProcess = _process.Fleet.TakeHistoryProcess();
        }

        Mop[] keys = [.. KeysToRead().Select(key => new AssignMop(key))];
        var function = _member is null ? OpFunction.Assign : OpFunction.Subscribe;
        var token = _process.Fleet.History.Invoke(_historyProcess, function, keys, consumer: Traits);
        _process.Fleet.History.Ok(token);
    }
}
