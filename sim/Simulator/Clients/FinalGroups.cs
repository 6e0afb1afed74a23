using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// When all is over and healed, a new member of each group must be given all its partitions, read what is left and commit:
/// then the lag is 0. Part of the final reads.
/// </summary>
internal static class FinalGroups
{
    private const int PollTimeoutMs = 2000;

    /// <summary>Nothing is broken any more, but everything may be slow.</summary>
    private const int PatienceMs = 30_000;

    /// <summary>The first subscription of each group that the workload has.</summary>
    internal static IReadOnlyList<SubscribeOperation> Of(Workload workload) =>
    [
        .. workload.Clients.SelectMany(client => client.Operations).OfType<SubscribeOperation>()
            .GroupBy(operation => operation.Group, StringComparer.Ordinal).Select(group => group.First() with { InstanceId = null, SessionTimeoutMs = PatienceMs, RebalanceTimeoutMs = PatienceMs }),
    ];

    /// <summary>Returns once the group has no lag; never, if it cannot get there.</summary>
    internal static async Task DrainAsync(ClientProcess process, SubscribeOperation subscription)
    {
        var topics = process.Fleet.Workload.Topics;
        var names = subscription.Topics.Where(number => !topics[number].MayBeDeleted).Select(number => topics[number].Name).ToList();
        var ends = await EndsAsync(process, names);
        var consumer = new Consumer(process);
        await consumer.SubscribeAsync(subscription);
        while (!IsDrained(process.Fleet, consumer, ends))
        {
            await consumer.PollAsync(new PollOperation { RecordsMin = int.MaxValue, TimeoutMs = PollTimeoutMs }, _ => IsDrained(process.Fleet, consumer, ends));
        }

        await consumer.CommitAsync();
        await consumer.LeaveAsync();
    }

    private static bool IsDrained(ClientFleet fleet, Consumer consumer, IReadOnlyList<(string Topic, int Partition, long End)> ends) => ends.All(end =>
        consumer.Partitions.Any(partition => partition.Topic == end.Topic && partition.Partition == end.Partition
            && (partition.Position >= end.End || fleet.IsCleanedAwayFrom(partition))));

    private static async Task<List<(string Topic, int Partition, long End)>> EndsAsync(ClientProcess process, IReadOnlyList<string> topics)
    {
        var ends = new List<(string Topic, int Partition, long End)>();
        foreach (var topic in topics)
        {
            for (var partition = 0; partition < (process.View.Find(topic)?.Partitions.Count ?? 0); partition++)
            {
                long? end = null;
                while ((end = await OffsetLookup.AskAsync(process, topic, partition, OffsetTimes.Latest, readCommitted: true)) is null)
                {
                    await process.BackOffAsync();
                }

                ends.Add((topic, partition, end.Value));
            }
        }

        return ends;
    }
}
