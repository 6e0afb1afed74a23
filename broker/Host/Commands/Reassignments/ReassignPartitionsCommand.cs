using System.CommandLine;
using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;

namespace Deterministic.Host.Commands.Reassignments;

/// <summary>
/// <c>reassign-partitions</c>: replicas go to other nodes or log directories; option names and files as kafka-reassign-partitions has
/// them.
/// </summary>
internal sealed class ReassignPartitionsCommand
{
    private const string Completed = "completed";
    private const string InProgress = "in progress";

    private readonly CommonOptions _common;
    private readonly Option<FileInfo?> _file = new("--reassignment-json-file")
    {
        Description = "{\"version\": 1, \"partitions\": [{\"topic\": \"orders\", \"partition\": 0, \"replicas\": [1], \"log_dirs\": [\"/disk2\"]}]}; log_dirs may be left out, or \"any\"",
    };

    private readonly Option<bool> _execute = new("--execute") { Description = "Begin what the file says" };
    private readonly Option<bool> _verify = new("--verify") { Description = "Say how far it is, and take throttles away once all is done" };
    private readonly Option<bool> _cancel = new("--cancel") { Description = "End what is under way of it; replicas that move between log directories stay where they are" };
    private readonly Option<bool> _list = new("--list") { Description = "Partitions that are being reassigned" };
    private readonly Option<long?> _throttle = new("--replica-alter-log-dirs-throttle") { Description = "Bytes a second that each broker moves between its log directories" };
    private readonly Option<bool> _keepThrottles = new("--preserve-throttles") { Description = "Throttles stay when all is done, or cancelled" };
    private readonly Option<int> _timeoutMs = new("--timeout") { Description = "Milliseconds to wait for the controller", DefaultValueFactory = _ => 10_000 };

    private ReassignPartitionsCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new ReassignPartitionsCommand(common);
        var command = new Command("reassign-partitions", "Move replicas to other nodes or log directories")
        {
            common.BootstrapServer, common.Json, self._file, self._execute, self._verify, self._cancel, self._list, self._throttle, self._keepThrottles, self._timeoutMs,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        if (new[] { _execute, _verify, _cancel, _list }.Count(option => result.GetValue(option)) != 1)
        {
            throw new CommandException("Give exactly one of --execute, --verify, --cancel, --list");
        }

        if (result.GetValue(_throttle) is <= 0)
        {
            throw new CommandException($"--replica-alter-log-dirs-throttle {result.GetValue(_throttle)}: it must be above 0");
        }

        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-reassign-partitions");
        var requests = new ReassignmentRequests(client, result.GetValue(_timeoutMs));
        if (result.GetValue(_list))
        {
            return await ListAsync(requests, result, cancellation);
        }

        var file = result.GetValue(_file) ?? throw new CommandException("--reassignment-json-file is needed with --execute, --verify and --cancel");
        var planned = PlannedReplicas.ParseAll(await File.ReadAllTextAsync(file.FullName, cancellation));
        var metadata = await client.MetadataAsync(null, cancellation);
        return result.GetValue(_execute) ? await ExecuteAsync(requests, planned, result, cancellation)
            : result.GetValue(_verify) ? await VerifyAsync(metadata, requests, planned, result, cancellation)
            : await CancelAsync(requests, planned, result, cancellation);
    }

    private static async Task<int> ListAsync(ReassignmentRequests requests, ParseResult result, CancellationToken cancellation)
    {
        var report = new Report("Topic", "Partition", "Replicas", "Adding", "Removing");
        foreach (var (partition, now) in (await requests.OngoingAsync(cancellation)).OrderBy(pair => pair.Key))
        {
            report.Add(partition.Topic, partition.Partition, Join(now.Now), Join(now.Adding), Join(now.Removing));
        }

        report.Print(result);
        return ExitCode.Success;
    }

    private async Task<int> ExecuteAsync(ReassignmentRequests requests, IReadOnlyList<PlannedReplicas> planned, ParseResult result, CancellationToken cancellation)
    {
        if (result.GetValue(_throttle) is { } bytesPerSecond)
        {
            foreach (var broker in BrokersOf(planned))
            {
                await requests.ThrottleAsync(broker, bytesPerSecond, cancellation);
            }
        }

        var errors = await requests.AlterAsync(planned, isCancelled: false, cancellation);
        var report = new Report("Topic", "Partition", "Broker", "Log dir", "Status");
        var isWhole = true;
        foreach (var partition in planned)
        {
            var error = errors[(partition.Topic, partition.Partition)];
            isWhole &= error == ErrorCode.None;
            report.Add(partition.Topic, partition.Partition, Join(partition.Replicas), null, StatusOf(error, "started"));
            foreach (var (broker, logDir) in error == ErrorCode.None ? partition.Moves : [])
            {
                error = await requests.MoveAsync(broker, partition, logDir, cancellation);
                isWhole &= error == ErrorCode.None;
                report.Add(partition.Topic, partition.Partition, broker, logDir, StatusOf(error, "started"));
            }
        }

        report.Print(result);
        return isWhole ? ExitCode.Success : ExitCode.Failure;
    }

    private async Task<int> VerifyAsync(
        MetadataResponse metadata, ReassignmentRequests requests, IReadOnlyList<PlannedReplicas> planned, ParseResult result, CancellationToken cancellation)
    {
        var ongoing = await requests.OngoingAsync(cancellation);
        var report = new Report("Topic", "Partition", "Broker", "Log dir", "Status");
        var (isDone, isWhole) = (true, true);
        foreach (var partition in planned)
        {
            var status = ongoing.ContainsKey((partition.Topic, partition.Partition)) ? InProgress : StatusOf(partition, metadata);
            Count(status);
            report.Add(partition.Topic, partition.Partition, Join(partition.Replicas), null, status);
            foreach (var (broker, logDir) in partition.Moves)
            {
                status = StatusOf(await requests.DirectoriesAsync(broker, partition, cancellation), logDir);
                Count(status);
                report.Add(partition.Topic, partition.Partition, broker, logDir, status);
            }
        }

        if (isDone && !result.GetValue(_keepThrottles))
        {
            await UnthrottleAsync(requests, planned, cancellation);
        }

        report.Print(result);
        return isWhole ? ExitCode.Success : ExitCode.Failure;

        void Count(string status)
        {
            isDone &= status != InProgress;
            isWhole &= status is InProgress or Completed;
        }
    }

    private async Task<int> CancelAsync(ReassignmentRequests requests, IReadOnlyList<PlannedReplicas> planned, ParseResult result, CancellationToken cancellation)
    {
        var ongoing = await requests.OngoingAsync(cancellation);
        var active = planned.Where(partition => ongoing.ContainsKey((partition.Topic, partition.Partition))).ToList();
        var errors = active.Count > 0 ? await requests.AlterAsync(active, isCancelled: true, cancellation) : new Dictionary<(string, int), ErrorCode>();
        var report = new Report("Topic", "Partition", "Broker", "Log dir", "Status");
        var isWhole = true;
        foreach (var partition in active)
        {
            var error = errors[(partition.Topic, partition.Partition)];
            isWhole &= error == ErrorCode.None;
            report.Add(partition.Topic, partition.Partition, Join(partition.Replicas), null, StatusOf(error, "cancelled"));
        }

        foreach (var partition in planned)
        {
            foreach (var (broker, _) in partition.Moves)
            {
                if (await requests.DirectoriesAsync(broker, partition, cancellation) is { Current: { } current, Future: not null })
                {
                    var error = await requests.MoveAsync(broker, partition, current, cancellation);
                    isWhole &= error == ErrorCode.None;
                    report.Add(partition.Topic, partition.Partition, broker, current, StatusOf(error, "cancelled"));
                }
            }
        }

        if (!result.GetValue(_keepThrottles))
        {
            await UnthrottleAsync(requests, planned, cancellation);
        }

        report.Print(result);
        return isWhole ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task UnthrottleAsync(ReassignmentRequests requests, IReadOnlyList<PlannedReplicas> planned, CancellationToken cancellation)
    {
        foreach (var broker in BrokersOf(planned))
        {
            await requests.ThrottleAsync(broker, null, cancellation);
        }
    }

    private static IEnumerable<int> BrokersOf(IReadOnlyList<PlannedReplicas> planned) => planned.SelectMany(partition => partition.Replicas).Distinct().Order();

    private static string StatusOf(PlannedReplicas planned, in MetadataResponse metadata)
    {
        foreach (var topic in metadata.Topics.ToArray().Where(topic => topic.Name.ToString() == planned.Topic))
        {
            foreach (var partition in topic.Partitions.ToArray().Where(partition => partition.PartitionIndex == planned.Partition))
            {
                int[] now = partition.ReplicaNodes.ToArray();
                return now.SequenceEqual(planned.Replicas) ? Completed : $"Error: nothing is under way, and the replicas are {Join(now)}";
            }
        }

        return "Error: there is no such partition";
    }

    private static string StatusOf((string? Current, string? Future) directories, string wanted) =>
        directories.Future == wanted ? InProgress
        : directories.Future is { } other ? $"Error: it moves to {other}"
        : directories.Current == wanted ? Completed
        : directories.Current is { } current ? $"Error: nothing is under way, and it is in {current}"
        : "Error: the broker has no such replica";

    private static string StatusOf(ErrorCode error, string good) =>
        error == ErrorCode.None ? good : $"Error: {ErrorCodes.MessageOf(error)} ({ErrorCodes.NameOf(error)})";

    private static string Join(IEnumerable<int> nodes) => string.Join(',', nodes);
}
