using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Deterministic.Host.Client;

namespace Deterministic.Host.Commands;

/// <summary><c>consume</c>: prints the records of a topic; option names as kafka-console-consumer has them.</summary>
internal sealed class ConsumeCommand
{
    private const long NoLimit = -1;
    private static readonly TimeSpan s_commitInterval = TimeSpan.FromSeconds(5);

    private readonly CommonOptions _common;
    private readonly RecordFormatOptions _format = new();
    private readonly Option<string> _topic = new("--topic") { Description = "Topic to read", Required = true };
    private readonly Option<bool> _fromBeginning = new("--from-beginning") { Description = "Start at the first record when nothing says otherwise" };
    private readonly Option<string?> _group = new("--group") { Description = "Read as a member of this group and commit" };
    private readonly Option<int?> _partition = new("--partition") { Description = "Read this partition only" };
    private readonly Option<string?> _offset = new("--offset") { Description = "earliest, latest or a number; with --partition" };
    private readonly Option<long> _maxMessages = new("--max-messages", "-n") { Description = "Stop after this many records", DefaultValueFactory = _ => NoLimit };
    private readonly Option<long> _timeoutMs = new("--timeout-ms") { Description = "Stop when no record came for so long", DefaultValueFactory = _ => NoLimit };
    private readonly Option<string> _isolationLevel = new("--isolation-level") { Description = "read_uncommitted or read_committed", DefaultValueFactory = _ => "read_uncommitted" };

    private ConsumeCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new ConsumeCommand(common);
        var command = new Command("consume", "Print the records of a topic")
        {
            common.BootstrapServer, common.Json, self._topic, self._fromBeginning, self._group, self._partition, self._offset,
            self._maxMessages, self._timeoutMs, self._isolationLevel,
        };
        self._format.AddTo(command);
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        CheckOptions(result);
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-consume");
        using var fetcher = new PartitionFetcher(client, result.GetValue(_isolationLevel) == "read_committed")
        {
            ResetTo = ResetOf(result),
        };
        var group = result.GetValue(_group);
        var member = group is null ? null : new GroupMember(client, group, [result.GetValue(_topic)!]);
        using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024);
        var printer = _format.Printer(result, output, result.GetValue(_common.Json));
        try
        {
            await AssignAsync(client, fetcher, member, result, cancellation);
            await LoopAsync(client, fetcher, member, printer, output, result, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C is how one stops reading; what was printed is committed below.
        }

        if (member is not null)
        {
            using var goodbye = new CancellationTokenSource(s_commitInterval);
            await member.CommitAsync(fetcher.Positions, goodbye.Token);
            await member.LeaveAsync(goodbye.Token);
        }

        await output.FlushAsync(CancellationToken.None);
        Console.Error.WriteLine($"Processed a total of {printer.Count} messages");
        return ExitCode.Success;
    }

    private void CheckOptions(ParseResult result)
    {
        if (result.GetValue(_offset) is not null && result.GetValue(_partition) is null)
        {
            throw new CommandException("The partition is required when offset is specified: add --partition N");
        }

        if (result.GetValue(_group) is not null && result.GetValue(_partition) is not null)
        {
            throw new CommandException("Options group and partition cannot be specified together");
        }

        if (result.GetValue(_isolationLevel) is not ("read_uncommitted" or "read_committed"))
        {
            throw new CommandException("--isolation-level must be read_uncommitted or read_committed");
        }
    }

    private long ResetOf(ParseResult result) =>
        result.GetValue(_fromBeginning) || result.GetValue(_offset) == "earliest" ? ListedOffsets.Earliest : ListedOffsets.Latest;

    private async Task AssignAsync(
        KafkaClient client, PartitionFetcher fetcher, GroupMember? member, ParseResult result, CancellationToken cancellation)
    {
        if (member is not null)
        {
            await JoinAsync(client, fetcher, member, cancellation);
            return;
        }

        var name = result.GetValue(_topic)!;
        var topic = await client.TopicAsync(name, cancellation);
        var wanted = result.GetValue(_partition);
        var partitions = topic.Partitions.ToArray().Select(partition => partition.PartitionIndex)
            .Where(partition => wanted is null || partition == wanted).ToArray();
        if (partitions.Length == 0)
        {
            throw new CommandException($"Topic {name} has no partition {wanted}; it has 0 to {topic.Partitions.Count - 1}");
        }

        if (result.GetValue(_offset) is { } offset && offset is not ("earliest" or "latest"))
        {
            fetcher.Assign([new(new TopicAndPartition(name, partitions[0]), ParseOffset(offset))]);
            return;
        }

        var starts = await ListedOffsets.OfAsync(client, name, partitions, fetcher.ResetTo, cancellation);
        fetcher.Assign(starts.Select(start => KeyValuePair.Create(new TopicAndPartition(name, start.Key), start.Value)));
    }

    private static long ParseOffset(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw new CommandException($"--offset {text}: it must be earliest, latest or a number that is not negative");

    private static async Task JoinAsync(KafkaClient client, PartitionFetcher fetcher, GroupMember member, CancellationToken cancellation)
    {
        await member.JoinAsync(cancellation);
        await fetcher.AssignAsync(client, member.Assignment, cancellation);
    }

    private async Task LoopAsync(
        KafkaClient client, PartitionFetcher fetcher, GroupMember? member, RecordPrinter printer, StreamWriter output,
        ParseResult result, CancellationToken cancellation)
    {
        var limit = result.GetValue(_maxMessages);
        var timeoutMs = result.GetValue(_timeoutMs);
        var lastRecord = Stopwatch.GetTimestamp();
        var lastCommit = Stopwatch.GetTimestamp();
        while (limit < 0 || printer.Count < limit)
        {
            var records = await fetcher.FetchAsync(cancellation);
            foreach (var record in records)
            {
                if (printer.Count == limit)
                {
                    fetcher.Seek(new TopicAndPartition(record.Topic, record.Partition), Math.Min(record.Offset, fetcher.Positions[new(record.Topic, record.Partition)]));
                    continue;
                }

                printer.Print(record);
            }

            await output.FlushAsync(cancellation);
            if (records.Count > 0)
            {
                lastRecord = Stopwatch.GetTimestamp();
            }
            else if (timeoutMs >= 0 && Stopwatch.GetElapsedTime(lastRecord).TotalMilliseconds >= timeoutMs)
            {
                return;
            }

            if (member is null)
            {
                continue;
            }

            var isStale = await member.BeatAsync(cancellation);
            if (isStale || Stopwatch.GetElapsedTime(lastCommit) >= s_commitInterval)
            {
                lastCommit = Stopwatch.GetTimestamp();
                isStale |= await member.CommitAsync(fetcher.Positions, cancellation);
            }

            if (isStale)
            {
                await JoinAsync(client, fetcher, member, cancellation);
            }
        }
    }
}
