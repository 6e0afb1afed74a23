using Deterministic.Checking.Histories;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// What is read when all is over and healed: every log, by a consumer of its own, from its start to its end, twice, and both
/// times the same must be there; then every group must come to lag 0. Owned by its fleet.
/// </summary>
public sealed class FinalReads
{
    private const int PollTimeoutMs = 1000;

    private readonly ClientFleet _fleet;
    private readonly SimNode _node;
    private readonly Dictionary<LogKey, long> _logStarts = [];

    internal FinalReads(ClientFleet fleet, SimNode node, int historyFrom)
    {
        _fleet = fleet;
        _node = node;
        HistoryFrom = historyFrom;
    }

    /// <summary>Everything was read.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The index of the history's first op of these reads.</summary>
    public int HistoryFrom { get; }

    /// <summary>The logs that are there at the end, and where each starts.</summary>
    public IReadOnlyDictionary<LogKey, long> LogStarts => _logStarts;

    /// <summary>Records that the first reads found.</summary>
    public long Records { get; private set; }

    internal void Start()
    {
        var shard = _node.Boot(1).Shards[0];
        var plan = new PlannedClient { Name = _node.Name, Consumer = new PlannedConsumer { MaxWaitMs = 50 } };
        shard.Post(() =>
        {
            var process = new ClientProcess(_fleet, plan, shard);
            process.Run(() => ReadAllAsync(process));
        });
    }

    private async Task ReadAllAsync(ClientProcess process)
    {
        while (!await process.View.RefreshAsync())
        {
            await process.BackOffAsync();
        }

        foreach (var topic in _fleet.Workload.Topics)
        {
            var view = process.View.Find(topic.Name);
            for (var partition = 0; partition < (view?.Partitions.Count ?? 0); partition++)
            {
                await ReadAsync(process, view!, partition);
            }
        }

        foreach (var subscription in FinalGroups.Of(_fleet.Workload))
        {
            await FinalGroups.DrainAsync(process, subscription);
        }

        process.CloseConnections("all was read");
        IsDone = true;
    }

    private async Task ReadAsync(ClientProcess process, TopicView topic, int partition)
    {
        if (await EndOfAsync(process, topic, partition) is not { } end)
        {
            return;
        }

        var first = await ReadAsync(process, topic, partition, end);
        var second = await ReadAsync(process, topic, partition, end);
        Records += first.Count;
        if (!topic.Plan.LosesRecords && !first.SequenceEqual(second))
        {
            throw new ViolationException(
                "stable-log", $"{topic.KeyOf(partition)} has {first.Count} records in one read and others in the next: {second.Count}");
        }
    }

    /// <summary>The end of a log; null when its topic is gone meanwhile.</summary>
    private static async Task<long?> EndOfAsync(ClientProcess process, TopicView topic, int partition)
    {
        while (IsThere(process, topic))
        {
            if (await OffsetLookup.AskAsync(process, topic.Name, partition, OffsetTimes.Latest, readCommitted: false) is { } end)
            {
                return end;
            }

            await process.BackOffAsync();
        }

        return null;
    }

    private async Task<List<PolledRecord>> ReadAsync(ClientProcess process, TopicView topic, int partition, long end)
    {
        var consumer = new Consumer(process);
        var records = new List<PolledRecord>();
        consumer.Assign(topic, partition);
        var consumed = consumer.Partitions[0];
        while (IsThere(process, topic) && (consumed.Position is not { } position || position < end))
        {
            records.AddRange(await consumer.PollAsync(new PollOperation { RecordsMin = int.MaxValue, TimeoutMs = PollTimeoutMs }, end));
        }

        if (consumed.LogStartOffset >= 0)
        {
            _logStarts[consumed.Key] = consumed.LogStartOffset;
        }
        else
        {
            _logStarts.TryAdd(consumed.Key, consumed.Position ?? 0);
        }

        if (consumed.LogStartOffset > 0 && !topic.Plan.LosesRecords)
        {
            throw new ViolationException("log-start", $"{consumed.Key} starts at {consumed.LogStartOffset}, and nothing may go from it");
        }

        return records;
    }

    private static bool IsThere(ClientProcess process, TopicView topic) =>
        !topic.Plan.MayBeDeleted || process.View.Find(topic.Name) is null || process.View.Find(topic.Name)!.Id == topic.Id;
}
