using System.CommandLine;
using Deterministic.Host.Client;

namespace Deterministic.Host.Commands.Groups;

/// <summary><c>groups --reset-offsets</c>: plans where the offsets of inactive groups go, and moves them. Lives for one command.</summary>
internal sealed class OffsetReset(KafkaClient client, GroupAdmin admin, GroupOptions options)
{
    /// <summary>An offset within a log.</summary>
    internal static long Within(long wanted, long earliest, long latest, TopicAndPartition partition, Action<string> warn)
    {
        if (wanted > latest)
        {
            warn($"New offset ({wanted}) is higher than latest offset for topic partition {partition}. Value will be set to {latest}");
            return latest;
        }

        if (wanted < earliest)
        {
            warn($"New offset ({wanted}) is lower than earliest offset for topic partition {partition}. Value will be set to {earliest}");
            return earliest;
        }

        return wanted;
    }

    /// <summary>Does what the options say for these groups.</summary>
    internal async Task<int> RunAsync(ParseResult result, IReadOnlyList<string> groups, CancellationToken cancellation)
    {
        var target = options.Reset.Target(result, TimeProvider.System.GetUtcNow());
        var isExecuted = result.GetValue(options.Reset.Execute);
        if (isExecuted && result.GetValue(options.Reset.DryRun))
        {
            throw new CommandException("Give one of --dry-run, --execute, not both");
        }

        var file = target.File is null ? null : OffsetsFile.Parse(await System.IO.File.ReadAllTextAsync(target.File, cancellation), groups);
        var plans = new List<(string Group, SortedDictionary<TopicAndPartition, long> Offsets)>();
        foreach (var group in groups)
        {
            await CheckInactiveAsync(group, cancellation);
            plans.Add((group, await PlanAsync(result, group, target, file, cancellation)));
        }

        // All groups are planned before the first is touched: what cannot be planned changes nothing.
        foreach (var (group, offsets) in plans.Where(plan => isExecuted && plan.Offsets.Count > 0))
        {
            await admin.CommitAsync(group, offsets, cancellation);
        }

        Print(result, plans);
        if (!isExecuted && !result.GetValue(options.Reset.DryRun) && !result.GetValue(options.Reset.Export))
        {
            Console.Error.WriteLine("Nothing was changed: this is what --execute would do.");
        }

        return ExitCode.Success;
    }

    private async Task CheckInactiveAsync(string group, CancellationToken cancellation)
    {
        if (await admin.FindAsync(group, cancellation) is { } described && described.State is not (DescribedGroup.Empty or DescribedGroup.Dead))
        {
            throw new CommandException(
                $"Offsets can only be reset while group '{group}' is inactive, but its state is {described.State}: stop its {described.Members.Count} members first");
        }
    }

    private async Task<SortedDictionary<TopicAndPartition, long>> PlanAsync(
        ParseResult result, string group, ResetTarget target, Dictionary<string, Dictionary<TopicAndPartition, long>>? file, CancellationToken cancellation)
    {
        var committed = await admin.CommittedAsync(group, cancellation);
        var wanted = file is null ? [] : file.GetValueOrDefault(group) ?? [];
        var partitions = file is not null ? [.. wanted.Keys]
            : result.GetValue(options.AllTopics) ? [.. committed.Keys]
            : result.GetValue(options.Topic) is { Length: > 0 } topics ? await TopicScope.ResolveAsync(client, topics, cancellation)
            : throw new CommandException("--reset-offsets needs --topic NAME or --all-topics (or --from-file)");
        var plan = new SortedDictionary<TopicAndPartition, long>(Comparer<TopicAndPartition>.Create(Compare));
        foreach (var topic in partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal))
        {
            var numbers = topic.Select(partition => partition.Partition).ToArray();
            var earliest = await ListedOffsets.OfAsync(client, topic.Key, numbers, ListedOffsets.Earliest, cancellation);
            var latest = await ListedOffsets.OfAsync(client, topic.Key, numbers, ListedOffsets.Latest, cancellation);
            var ofTime = target.Kind == ResetKind.Time ? await ListedOffsets.OfAsync(client, topic.Key, numbers, target.Number, cancellation) : [];
            foreach (var partition in topic)
            {
                var at = partition.Partition;
                if (!latest.TryGetValue(at, out var end))
                {
                    throw new CommandException($"Partition {partition} does not exist");
                }

                long? current = committed.TryGetValue(partition, out var offset) ? offset.Offset : null;
                plan[partition] = target.Kind switch
                {
                    ResetKind.Earliest => earliest[at],
                    ResetKind.Latest => end,
                    ResetKind.Current => current ?? end,
                    ResetKind.Time => ofTime[at] >= 0 ? ofTime[at] : end,
                    ResetKind.Offset => Within(target.Number, earliest[at], end, partition, Warn),
                    ResetKind.Shift => Within(Shifted(current, target.Number, partition), earliest[at], end, partition, Warn),
                    _ => Within(wanted[partition], earliest[at], end, partition, Warn),
                };
            }
        }

        return plan;
    }

    private static long Shifted(long? current, long by, TopicAndPartition partition) => current is { } offset
        ? offset + by
        : throw new CommandException($"Cannot shift offset for partition {partition} since there is no current committed offset");

    private void Print(ParseResult result, List<(string Group, SortedDictionary<TopicAndPartition, long> Offsets)> plans)
    {
        if (result.GetValue(options.Reset.Export))
        {
            foreach (var (group, offsets) in plans)
            {
                foreach (var (partition, offset) in offsets)
                {
                    Console.WriteLine(OffsetsFile.Line(plans.Count == 1 ? null : group, partition, offset));
                }
            }

            return;
        }

        var report = new Report("Group", "Topic", "Partition", "New-offset");
        foreach (var (group, offsets) in plans)
        {
            foreach (var (partition, offset) in offsets)
            {
                report.Add(group, partition.Topic, partition.Partition, offset);
            }
        }

        report.Print(result);
    }

    private static int Compare(TopicAndPartition left, TopicAndPartition right)
    {
        var byTopic = string.CompareOrdinal(left.Topic, right.Topic);
        return byTopic != 0 ? byTopic : left.Partition.CompareTo(right.Partition);
    }

    private static void Warn(string text) => Console.Error.WriteLine("warning: " + text);
}
