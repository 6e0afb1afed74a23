using System.CommandLine;
using Deterministic.Host.Client;

namespace Deterministic.Host.Commands.Groups;

/// <summary><c>groups --describe</c>: offsets and lag, members, or states of groups. Lives for one command.</summary>
internal sealed class GroupDescriptions(KafkaClient client, GroupAdmin admin, GroupOptions options, CommonOptions common)
{
    /// <summary>Prints the groups.</summary>
    internal async Task PrintAsync(ParseResult result, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var hasMembers = result.GetValue(options.Members);
        var hasState = result.GetResult(options.State) is not null;
        if (new[] { hasMembers, hasState, result.GetValue(options.Offsets) }.Count(isGiven => isGiven) > 1)
        {
            throw new CommandException("Give at most one of --members, --offsets, --state");
        }

        var isVerbose = result.GetValue(common.Verbose);
        var report = hasMembers ? MembersReport(isVerbose) : hasState ? StateReport(isVerbose) : OffsetsReport(isVerbose);
        foreach (var name in names)
        {
            var group = await admin.DescribeAsync(name, cancellation);
            if (hasMembers)
            {
                AddMembers(report, name, group, isVerbose);
            }
            else if (hasState)
            {
                AddState(report, name, group, isVerbose);
            }
            else
            {
                await AddOffsetsAsync(report, name, group, isVerbose, cancellation);
            }

            if (!hasState && group.Members.Count == 0)
            {
                Console.Error.WriteLine($"Consumer group '{name}' has no active members.");
            }
        }

        report.Print(result);
    }

    private static Report OffsetsReport(bool isVerbose) => isVerbose
        ? new Report("Group", "Topic", "Partition", "Leader-epoch", "Current-offset", "Log-end-offset", "Lag", "Consumer-id", "Host", "Client-id")
        : new Report("Group", "Topic", "Partition", "Current-offset", "Log-end-offset", "Lag", "Consumer-id", "Host", "Client-id");

    private static Report MembersReport(bool isVerbose) => isVerbose
        ? new Report(
            "Group", "Consumer-id", "Group-instance-id", "Host", "Client-id", "Partitions", "Current-epoch", "Assignment", "Target-epoch",
            "Target-assignment")
        : new Report("Group", "Consumer-id", "Group-instance-id", "Host", "Client-id", "Partitions", "Assignment");

    private static Report StateReport(bool isVerbose) => isVerbose
        ? new Report("Group", "Coordinator", "Coordinator-id", "Protocol", "State", "Group-epoch", "Target-assignment-epoch", "Members")
        : new Report("Group", "Coordinator", "Coordinator-id", "Protocol", "State", "Members");

    private static void AddMembers(Report report, string name, DescribedGroup group, bool isVerbose)
    {
        foreach (var member in group.Members)
        {
            var assignment = string.Join(' ', member.Partitions);
            if (isVerbose)
            {
                report.Add(
                    name, member.MemberId, member.InstanceId, member.Host, member.ClientId, member.Partitions.Count, member.Epoch, assignment,
                    group.AssignmentEpoch, member.Target is null ? null : string.Join(' ', member.Target));
            }
            else
            {
                report.Add(name, member.MemberId, member.InstanceId, member.Host, member.ClientId, member.Partitions.Count, assignment);
            }
        }
    }

    private static void AddState(Report report, string name, DescribedGroup group, bool isVerbose)
    {
        var (id, address) = (group.Coordinator.NodeId, group.Coordinator.Address.ToString());
        if (isVerbose)
        {
            report.Add(name, address, id, group.Protocol, group.State, group.Epoch, group.AssignmentEpoch, group.Members.Count);
        }
        else
        {
            report.Add(name, address, id, group.Protocol, group.State, group.Members.Count);
        }
    }

    private async Task AddOffsetsAsync(Report report, string name, DescribedGroup group, bool isVerbose, CancellationToken cancellation)
    {
        var committed = await admin.CommittedAsync(name, cancellation);
        var owned = group.Members.SelectMany(member => member.Partitions);
        foreach (var topic in committed.Keys.Union(owned).GroupBy(partition => partition.Topic, StringComparer.Ordinal).OrderBy(topic => topic.Key, StringComparer.Ordinal))
        {
            var partitions = topic.Select(partition => partition.Partition).Order().ToArray();
            var ends = await ListedOffsets.OfAsync(client, topic.Key, partitions, ListedOffsets.Latest, cancellation);
            foreach (var partition in partitions)
            {
                var key = new TopicAndPartition(topic.Key, partition);
                CommittedOffset? at = committed.TryGetValue(key, out var value) ? value : null;
                long? end = ends.TryGetValue(partition, out var last) ? last : null;
                var member = group.Members.FirstOrDefault(candidate => candidate.Partitions.Contains(key));
                var lag = end - at?.Offset;
                if (isVerbose)
                {
                    report.Add(name, topic.Key, partition, at?.LeaderEpoch, at?.Offset, end, lag, member?.MemberId, member?.Host, member?.ClientId);
                }
                else
                {
                    report.Add(name, topic.Key, partition, at?.Offset, end, lag, member?.MemberId, member?.Host, member?.ClientId);
                }
            }
        }
    }
}
