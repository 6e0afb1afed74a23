using System.CommandLine;
using Deterministic.Host.Client;

namespace Deterministic.Host.Commands;

/// <summary><c>groups</c>: lists and describes consumer groups; option names as kafka-consumer-groups has them.</summary>
internal sealed class GroupsCommand
{
    private readonly CommonOptions _common;
    private readonly Option<bool> _list = new("--list") { Description = "List groups" };
    private readonly Option<bool> _describe = new("--describe") { Description = "Show committed offsets and lag" };
    private readonly Option<string[]> _group = new("--group") { Description = "Group to describe, repeatable" };
    private readonly Option<bool> _allGroups = new("--all-groups") { Description = "Describe every group" };
    private readonly Option<bool> _members = new("--members") { Description = "Show members instead of offsets" };
    private readonly Option<bool> _state = new("--state") { Description = "Show states" };
    private readonly Option<bool> _offsets = new("--offsets") { Description = "Show offsets (what --describe shows anyway)" };

    private GroupsCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new GroupsCommand(common);
        var command = new Command("groups", "List and describe consumer groups")
        {
            common.BootstrapServer, common.Json, self._list, self._describe, self._group, self._allGroups, self._members,
            self._state, self._offsets,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        if (result.GetValue(_list) == result.GetValue(_describe))
        {
            throw new CommandException("Give exactly one of --list, --describe");
        }

        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-groups");
        var groups = new GroupAdmin(client);
        if (result.GetValue(_list))
        {
            await ListAsync(groups, result, cancellation);
            return ExitCode.Success;
        }

        var names = result.GetValue(_allGroups)
            ? (await groups.ListAsync(cancellation)).Select(group => group.GroupId.ToString()).ToArray()
            : result.GetValue(_group) ?? [];
        if (names.Length == 0 && !result.GetValue(_allGroups))
        {
            throw new CommandException("--describe needs --group NAME or --all-groups");
        }

        var report = ReportFor(result);
        foreach (var name in names)
        {
            await DescribeAsync(client, groups, name, result, report, cancellation);
        }

        report.Print(result.GetValue(_common.Json));
        return ExitCode.Success;
    }

    private async Task ListAsync(GroupAdmin groups, ParseResult result, CancellationToken cancellation)
    {
        var listed = await groups.ListAsync(cancellation);
        if (!result.GetValue(_common.Json) && !result.GetValue(_state))
        {
            foreach (var group in listed)
            {
                Console.WriteLine(group.GroupId.ToString());
            }

            return;
        }

        var report = new Report("Group", "Type", "Protocol type", "State");
        foreach (var group in listed)
        {
            report.Add(group.GroupId.ToString(), group.GroupType.ToString(), group.ProtocolType.ToString(), group.GroupState.ToString());
        }

        report.Print(result.GetValue(_common.Json));
    }

    private Report ReportFor(ParseResult result)
    {
        if (result.GetValue(_members))
        {
            return new Report("Group", "Consumer-id", "Host", "Client-id", "Partitions", "Assignment");
        }

        return result.GetValue(_state)
            ? new Report("Group", "State", "Protocol", "Members")
            : new Report("Group", "Topic", "Partition", "Current-offset", "Log-end-offset", "Lag", "Consumer-id", "Host", "Client-id");
    }

    private async Task DescribeAsync(
        KafkaClient client, GroupAdmin groups, string name, ParseResult result, Report report, CancellationToken cancellation)
    {
        var group = await groups.DescribeAsync(name, cancellation);
        if (result.GetValue(_members))
        {
            foreach (var member in group.Members)
            {
                report.Add(name, member.MemberId, member.Host, member.ClientId, member.Partitions.Count, string.Join(' ', member.Partitions));
            }

            return;
        }

        if (result.GetValue(_state))
        {
            report.Add(name, group.State, group.Protocol, group.Members.Count);
            return;
        }

        var committed = await groups.CommittedAsync(name, cancellation);
        var owned = group.Members.SelectMany(member => member.Partitions);
        foreach (var topic in committed.Keys.Union(owned).GroupBy(partition => partition.Topic, StringComparer.Ordinal).OrderBy(topic => topic.Key, StringComparer.Ordinal))
        {
            var partitions = topic.Select(partition => partition.Partition).Order().ToArray();
            var ends = await ListedOffsets.OfAsync(client, topic.Key, partitions, ListedOffsets.Latest, cancellation);
            foreach (var partition in partitions)
            {
                var key = new TopicAndPartition(topic.Key, partition);
                long? offset = committed.TryGetValue(key, out var value) ? value : null;
                long? end = ends.TryGetValue(partition, out var last) ? last : null;
                var member = group.Members.FirstOrDefault(candidate => candidate.Partitions.Contains(key));
                report.Add(name, topic.Key, partition, offset, end, end - offset, member?.MemberId, member?.Host, member?.ClientId);
            }
        }
    }
}
