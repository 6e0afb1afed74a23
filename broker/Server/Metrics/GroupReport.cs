using Deterministic.Server.Groups;
using Deterministic.Server.Groups.Consumers;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Metrics;

/// <summary>The metrics of the coordinators of one shard. Stateless.</summary>
internal static class GroupReport
{
    private const string Sensors = "group-coordinator-metrics";

    internal static void Write(GroupCoordinator groups, MetricSet set)
    {
        Span<int> classic = stackalloc int[(int)ClassicGroupState.Dead + 1];
        Span<int> consumer = stackalloc int[(int)Enum.GetValues<ConsumerGroupState>().Max() + 1];
        Span<int> partitions = stackalloc int[(int)GroupPartitionState.Closed + 1];
        long offsets = 0;
        foreach (var (_, partition) in groups.Partitions)
        {
            partitions[(int)partition.State]++;
            foreach (var (_, group) in partition.Groups)
            {
                if (group.Consumer is { } members)
                {
                    consumer[(int)members.State]++;
                }
                else
                {
                    classic[(int)group.State]++;
                }

                foreach (var (_, topic) in group.Offsets.Topics)
                {
                    offsets += topic.Count;
                }
            }
        }

        WriteClassic(set, classic, offsets);
        WriteConsumer(set, classic, consumer);
        set.Sensor(Sensors, "num-partitions", partitions[(int)GroupPartitionState.Loading], MetricLabels.Of("state", "loading"));
        set.Sensor(Sensors, "num-partitions", partitions[(int)GroupPartitionState.Active], MetricLabels.Of("state", "active"));
        set.Sensor(Sensors, "group-completed-rebalance-count", groups.Counters.CompletedRebalances);
        set.Sensor(Sensors, "offset-commit-count", groups.Counters.CommittedOffsets);
    }

    internal static void Write(TransactionCoordinator transactions, MetricSet set)
    {
        var late = 0;
        foreach (var (_, partition) in transactions.Partitions)
        {
            late += partition.IsLoading ? 1 : 0;
        }

        set.Sensor("transaction-coordinator-metrics", "num-partitions", transactions.Partitions.Count - late, MetricLabels.Of("state", "active"));
        set.Sensor("transaction-coordinator-metrics", "num-partitions", late, MetricLabels.Of("state", "loading"));
        foreach (var state in Enum.GetValues<TransactionState>())
        {
            var count = transactions.Partitions.Values.Sum(partition => partition.Ids.Values.Count(id => id.Metadata?.State == state));
            set.Sensor("transaction-coordinator-metrics", "transaction-count", count, MetricLabels.Of("state", state.ToString()));
        }
    }

    private static void WriteClassic(MetricSet set, ReadOnlySpan<int> states, long offsets)
    {
        var count = 0;
        foreach (var state in Enum.GetValues<ClassicGroupState>())
        {
            set.Gauge("coordinator_group", "GroupMetadataManager", $"NumGroups{state}", states[(int)state]);
            count += states[(int)state];
        }

        set.Gauge("coordinator_group", "GroupMetadataManager", "NumGroups", count);
        set.Gauge("coordinator_group", "GroupMetadataManager", "NumOffsets", offsets);
    }

    private static void WriteConsumer(MetricSet set, ReadOnlySpan<int> classic, ReadOnlySpan<int> states)
    {
        var count = 0;
        foreach (var state in Enum.GetValues<ConsumerGroupState>())
        {
            set.Sensor(Sensors, "consumer-group-count", states[(int)state], MetricLabels.Of("state", state.ToString()));
            count += states[(int)state];
        }

        var classicCount = 0;
        foreach (var number in classic)
        {
            classicCount += number;
        }

        set.Sensor(Sensors, "group-count", classicCount, MetricLabels.Of("protocol", "classic"));
        set.Sensor(Sensors, "group-count", count, MetricLabels.Of("protocol", "consumer"));
    }
}
