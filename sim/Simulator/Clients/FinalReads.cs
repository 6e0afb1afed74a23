using Deterministic.Checking.Histories;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// What is read when all is over and healed: every log, from its start to its end, twice, and both
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

    /// <summary>The logs that were not read to their end when that was last looked at.</summary>
    public string Unread { get; private set; } = "";

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

        var spans = await SpansAsync(process);
        var first = await ReadAsync(process, spans);
        var second = await ReadAsync(process, spans);
        Records = first.Count;
        Compare(first, second);
        foreach (var subscription in FinalGroups.Of(_fleet.Workload))
        {
            await FinalGroups.DrainAsync(process, subscription);
        }

        process.CloseConnections("all was read");
        IsDone = true;
    }

    /// <summary>Where each log starts and ends; without those whose topic is gone meanwhile.</summary>
    private async Task<List<LogSpan>> SpansAsync(ClientProcess process)
    {
        var asked = new List<Task<LogSpan?>>();
        foreach (var topic in _fleet.Workload.Topics.Select(plan => process.View.Find(plan.Name)).OfType<TopicView>())
        {
            asked.AddRange(Enumerable.Range(0, topic.Partitions.Count).Select(partition => SpanAsync(process, topic, partition)));
        }

        var spans = new List<LogSpan>();
        foreach (var span in asked)
        {
            if (await span is { } found)
            {
                spans.Add(found);
            }
        }

        return spans;
    }

    private static async Task<LogSpan?> SpanAsync(ClientProcess process, TopicView topic, int partition)
    {
        while (IsThere(process, topic))
        {
            var start = OffsetLookup.AskAsync(process, topic.Name, partition, OffsetTimes.Earliest, readCommitted: false);
            var end = await OffsetLookup.AskAsync(process, topic.Name, partition, OffsetTimes.Latest, readCommitted: false);
            if (await start is { } from && end is { } to)
            {
                return new LogSpan(topic, partition, from, to);
            }

            await process.BackOffAsync();
        }

        return null;
    }

    private async Task<List<PolledRecord>> ReadAsync(ClientProcess process, List<LogSpan> spans)
    {
        var consumer = new Consumer(process);
        var records = new List<PolledRecord>();
        consumer.Assign(spans.Select(span => (span.Topic, span.Partition, span.Start)));
        var ends = consumer.Partitions.Zip(spans, (consumed, span) => (consumed, span)).ToDictionary(pair => pair.consumed, pair => pair.span);
        bool IsAtEnd(ConsumedPartition consumed) => consumed.Position >= ends[consumed].End || !IsThere(process, ends[consumed].Topic) || process.Fleet.IsCleanedAwayFrom(consumed);
        while (!consumer.Partitions.All(IsAtEnd))
        {
            Unread = string.Join(", ", consumer.Partitions.Where(consumed => !IsAtEnd(consumed))
                .Select(consumed => $"{consumed.Key} at {consumed.Position} of {ends[consumed].End}, last heard of as {consumed.LogStartOffset} to {consumed.HighWatermark}"));
            records.AddRange(await consumer.PollAsync(new PollOperation { RecordsMin = int.MaxValue, TimeoutMs = PollTimeoutMs }, IsAtEnd));
        }

        foreach (var consumed in consumer.Partitions)
        {
            var span = ends[consumed];
            var start = Math.Max(span.Start, consumed.LogStartOffset);
            _logStarts[span.Topic.KeyOf(span.Partition)] = start;
            if (start > 0 && !span.Topic.Plan.LosesRecords)
            {
                throw new ViolationException("log-start", $"{consumed.Key} starts at {start}, and nothing may go from it");
            }
        }

        return records;
    }

    private void Compare(List<PolledRecord> first, List<PolledRecord> second)
    {
        bool IsSteady(PolledRecord record) => _fleet.PlanOf(record.Key.Topic) is { LosesRecords: false, MayBeDeleted: false };
        var (before, after) = (first.FindAll(IsSteady), second.FindAll(IsSteady));
        before.Sort(static (a, b) => (a.Key, a.Offset).CompareTo((b.Key, b.Offset)));
        after.Sort(static (a, b) => (a.Key, a.Offset).CompareTo((b.Key, b.Offset)));
        if (!before.SequenceEqual(after))
        {
            throw new ViolationException("stable-log", $"one read of all logs finds {before.Count} records, the next {after.Count} or others");
        }
    }

    private static bool IsThere(ClientProcess process, TopicView topic) =>
        !topic.Plan.MayBeDeleted || process.View.Find(topic.Name) is null || process.View.Find(topic.Name)!.Id == topic.Id;

    private sealed record LogSpan(TopicView Topic, int Partition, long Start, long End);
}
