using System.CommandLine;
using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Server.Groups.Patterns;

namespace Deterministic.Host.Commands.Groups;

/// <summary>
/// <c>groups</c>: lists, describes and deletes groups, resets and deletes their offsets; option names as kafka-consumer-groups
/// and kafka-groups have them.
/// </summary>
internal sealed class GroupsCommand
{
    private readonly CommonOptions _common;
    private readonly GroupOptions _options = new();

    private GroupsCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new GroupsCommand(common);
        var command = new Command("groups", "List, describe and delete groups, reset and delete their offsets") { common.BootstrapServer, common.Json };
        foreach (var option in self._options.All)
        {
            command.Add(option);
        }

        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        if (result.GetValue(_options.ValidateRegex) is { } pattern)
        {
            return ValidateRegex(pattern);
        }

        Option<bool>[] actions = [_options.List, _options.Describe, _options.ResetOffsets, _options.Delete, _options.DeleteOffsets];
        if (actions.Count(action => result.GetValue(action)) != 1)
        {
            throw new CommandException("Give exactly one of --list, --describe, --reset-offsets, --delete, --delete-offsets, --validate-regex");
        }

        var timeoutMs = result.GetValue(_options.Timeout);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(timeoutMs > 0 ? timeoutMs : throw new CommandException($"--timeout {timeoutMs}: it must be above 0 (milliseconds)"));
        try
        {
            return await ActAsync(result, limited.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException($"There was no end within {timeoutMs} ms; --timeout gives it more time");
        }
    }

    private async Task<int> ActAsync(ParseResult result, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-groups");
        var admin = new GroupAdmin(client);
        if (result.GetValue(_options.List))
        {
            await new GroupListing(admin, _options, _common).PrintAsync(result, cancellation);
            return ExitCode.Success;
        }

        var names = await NamesAsync(admin, result, cancellation);
        if (result.GetValue(_options.Describe))
        {
            await new GroupDescriptions(client, admin, _options, _common).PrintAsync(result, names, cancellation);
            return ExitCode.Success;
        }

        if (result.GetValue(_options.ResetOffsets))
        {
            return await new OffsetReset(client, admin, _options).RunAsync(result, names, cancellation);
        }

        return result.GetValue(_options.Delete)
            ? await DeleteAsync(admin, result, names, cancellation)
            : await DeleteOffsetsAsync(client, admin, result, names, cancellation);
    }

    private async Task<IReadOnlyList<string>> NamesAsync(GroupAdmin admin, ParseResult result, CancellationToken cancellation)
    {
        var named = result.GetValue(_options.Group) ?? [];
        if (result.GetValue(_options.AllGroups))
        {
            return named.Length == 0
                ? [.. (await admin.ListAsync(cancellation)).Select(group => group.GroupId.ToString())]
                : throw new CommandException("Give --group or --all-groups, not both");
        }

        return named.Length > 0 ? named : throw new CommandException("--group NAME (repeatable) or --all-groups is missing");
    }

    private static async Task<int> DeleteAsync(GroupAdmin admin, ParseResult result, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var report = new Report("Group", "Status");
        var isWhole = true;
        foreach (var name in names)
        {
            var error = await admin.DeleteAsync(name, cancellation);
            isWhole &= error == ErrorCode.None;
            report.Add(name, StatusOf(error));
        }

        report.Print(result);
        return isWhole ? ExitCode.Success : ExitCode.Failure;
    }

    private async Task<int> DeleteOffsetsAsync(
        KafkaClient client, GroupAdmin admin, ParseResult result, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var topics = result.GetValue(_options.Topic) is { Length: > 0 } given ? given : throw new CommandException("--delete-offsets needs --topic NAME or NAME:0,1");
        var partitions = await TopicScope.ResolveAsync(client, topics, cancellation);
        var report = new Report("Group", "Topic", "Partition", "Status");
        var isWhole = true;
        foreach (var name in names)
        {
            var (error, answers) = await admin.DeleteOffsetsAsync(name, partitions, cancellation);
            KafkaClientException.ThrowOn((short)error, $"No offset of group {name} was deleted");
            foreach (var (partition, answer) in answers.OrderBy(pair => pair.Key.Topic, StringComparer.Ordinal).ThenBy(pair => pair.Key.Partition))
            {
                isWhole &= answer == ErrorCode.None;
                report.Add(name, partition.Topic, partition.Partition, StatusOf(answer));
            }
        }

        report.Print(result);
        return isWhole ? ExitCode.Success : ExitCode.Failure;
    }

    private static int ValidateRegex(string pattern)
    {
        if (TopicPattern.TryParse(pattern, out var error) is null)
        {
            throw new CommandException($"The regular expression {pattern} is invalid: {error}");
        }

        Console.WriteLine($"The regular expression {pattern} is valid.");
        return ExitCode.Success;
    }

    private static string StatusOf(ErrorCode error) =>
        error == ErrorCode.None ? "Successful" : $"Error: {ErrorCodes.MessageOf(error)} ({ErrorCodes.NameOf(error)})";
}
