using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Deterministic.Host.Client;

namespace Deterministic.Host.Commands.Performance;

/// <summary><c>consumer-perf-test</c>: how fast records can be read; options and lines as kafka-consumer-perf-test has them.</summary>
internal sealed class ConsumerPerfTestCommand
{
    private const string ClientId = "perf-consumer-client";
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss:fff";
    private const double BytesInMb = 1024 * 1024;
    private static readonly TimeSpan s_regexTimeout = TimeSpan.FromSeconds(1);

    private readonly CommonOptions _common;
    private readonly Option<string?> _topic = new("--topic") { Description = "Topic to read; or --include" };
    private readonly Option<string?> _include = new("--include") { Description = "Topics to read, a regular expression" };
    private readonly Option<long> _numRecords = new("--num-records", "--messages") { Description = "Records to read", Required = true };
    private readonly Option<string> _group = new("--group") { Description = "Group to read as; a new one by default", DefaultValueFactory = _ => $"perf-consumer-{Random.Shared.Next(100_000)}" };
    private readonly Option<int> _fetchSize = new("--fetch-size") { Description = "Bytes of a partition in one answer", DefaultValueFactory = _ => 1024 * 1024 };
    private readonly Option<bool> _fromLatest = new("--from-latest") { Description = "Start at the end where nothing is committed" };
    private readonly Option<long> _timeout = new("--timeout") { Description = "Give up when nothing came for so many milliseconds", DefaultValueFactory = _ => 10_000 };
    private readonly Option<int> _interval = new("--reporting-interval") { Description = "Milliseconds between lines of --show-detailed-stats", DefaultValueFactory = _ => 5000 };
    private readonly Option<bool> _detailed = new("--show-detailed-stats") { Description = "Print a line for each interval" };
    private readonly Option<bool> _hideHeader = new("--hide-header") { Description = "Do not print the names of the columns" };

    private ConsumerPerfTestCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new ConsumerPerfTestCommand(common);
        var command = new Command("consumer-perf-test", "Measure how fast records can be read")
        {
            common.BootstrapServer, common.Json, self._topic, self._include, self._numRecords, self._group, self._fetchSize, self._fromLatest,
            self._timeout, self._interval, self._detailed, self._hideHeader,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var wanted = result.GetValue(_numRecords);
        if (wanted < 1 || result.GetValue(_fetchSize) < 1)
        {
            throw new CommandException($"--num-records {wanted} and --fetch-size {result.GetValue(_fetchSize)} must be above 0");
        }

        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, ClientId);
        var topics = await TopicsAsync(client, result, cancellation);
        using var fetcher = new PartitionFetcher(client, readCommitted: false)
        {
            ResetTo = result.GetValue(_fromLatest) ? ListedOffsets.Latest : ListedOffsets.Earliest, PartitionMaxBytes = result.GetValue(_fetchSize),
        };
        var member = new GroupMember(client, result.GetValue(_group)!, topics);
        var count = new RecordCount();
        var startTime = TimeProvider.System.GetLocalNow();
        var start = Stopwatch.GetTimestamp();
        var joining = TimeSpan.Zero;
        await JoinAsync();
        try
        {
            await ReadAsync(client, fetcher, member, count, wanted, result, JoinAsync, cancellation);
        }
        finally
        {
            await member.LeaveAsync(CancellationToken.None);
        }

        Print(result, startTime, Stopwatch.GetElapsedTime(start), joining, count);
        return ExitCode.Success;

        async Task JoinAsync()
        {
            var begun = Stopwatch.GetTimestamp();
            await member.JoinAsync(cancellation);
            await fetcher.AssignAsync(client, member.Assignment, cancellation);
            joining += Stopwatch.GetElapsedTime(begun);
        }
    }

    private async Task<IReadOnlyList<string>> TopicsAsync(KafkaClient client, ParseResult result, CancellationToken cancellation)
    {
        var (topic, pattern) = (result.GetValue(_topic), result.GetValue(_include));
        if (topic is null == pattern is null)
        {
            throw new CommandException("Give exactly one of --topic, --include");
        }

        if (topic is not null)
        {
            return [topic];
        }

        var metadata = await client.MetadataAsync(null, cancellation);
        var names = metadata.Topics.ToArray().Where(known => !known.IsInternal).Select(known => known.Name.ToString())
            .Where(name => Regex.IsMatch(name, $"^(?:{pattern})$", RegexOptions.None, s_regexTimeout)).ToArray();
        return names.Length > 0 ? names : throw new CommandException($"--include {pattern} matches no topic");
    }

    private async Task ReadAsync(
        KafkaClient client, PartitionFetcher fetcher, GroupMember member, RecordCount count, long wanted, ParseResult result, Func<Task> rejoin,
        CancellationToken cancellation)
    {
        using var progress = Progress.Of("records", wanted);
        var isDetailed = result.GetValue(_detailed) && !result.GetValue(_common.Json);
        if (isDetailed && !result.GetValue(_hideHeader))
        {
            Console.WriteLine("time, threadId, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec");
        }

        var lastRecord = Stopwatch.GetTimestamp();
        var window = Stopwatch.GetTimestamp();
        var (windowRecords, windowBytes) = (0L, 0L);
        while (count.Records < wanted)
        {
            var before = count.Records;
            await fetcher.FetchAsync(count, cancellation);
            progress.Reach(count.Records);
            lastRecord = count.Records > before ? Stopwatch.GetTimestamp() : lastRecord;
            if (Stopwatch.GetElapsedTime(lastRecord).TotalMilliseconds >= result.GetValue(_timeout))
            {
                progress.Clear();
                Console.Error.WriteLine($"WARNING: Exiting before consuming the expected number of records: timeout ({result.GetValue(_timeout)} ms) exceeded. You can use the --timeout option to increase the timeout.");
                return;
            }

            if (isDetailed && Stopwatch.GetElapsedTime(window).TotalMilliseconds >= result.GetValue(_interval))
            {
                progress.Clear();
                PrintWindow(count, Stopwatch.GetElapsedTime(window).TotalSeconds, count.Records - windowRecords, count.Bytes - windowBytes);
                (window, windowRecords, windowBytes) = (Stopwatch.GetTimestamp(), count.Records, count.Bytes);
            }

            if (await member.BeatAsync(cancellation))
            {
                await rejoin();
            }
        }

        await member.CommitAsync(fetcher.Positions, cancellation);
    }

    private static void PrintWindow(RecordCount count, double seconds, long records, long bytes)
    {
        var now = TimeProvider.System.GetLocalNow().ToString(TimeFormat, CultureInfo.InvariantCulture);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{now}, 0, {count.Bytes / BytesInMb:F4}, {bytes / BytesInMb / seconds:F4}, {count.Records}, {records / seconds:F4}"));
    }

    private void Print(ParseResult result, DateTimeOffset startTime, TimeSpan elapsed, TimeSpan joining, RecordCount count)
    {
        var mb = count.Bytes / BytesInMb;
        var fetching = Math.Max((elapsed - joining).TotalSeconds, 0.001);
        if (result.GetValue(_common.Json))
        {
            var report = new Report("Records", "Mb", "Mb per second", "Records per second", "Rebalance ms", "Fetch ms", "Fetch mb per second", "Fetch records per second");
            report.Add(
                count.Records, mb, mb / elapsed.TotalSeconds, count.Records / elapsed.TotalSeconds, (long)joining.TotalMilliseconds, (long)(fetching * 1000),
                mb / fetching, count.Records / fetching);
            report.Print(asJson: true);
            return;
        }

        if (!result.GetValue(_hideHeader))
        {
            Console.WriteLine("start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec");
        }

        var end = startTime + elapsed;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{startTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}, {end.ToString(TimeFormat, CultureInfo.InvariantCulture)}, {mb:F4}, {mb / elapsed.TotalSeconds:F4}, "
            + $"{count.Records}, {count.Records / elapsed.TotalSeconds:F4}, {(long)joining.TotalMilliseconds}, {(long)(fetching * 1000)}, {mb / fetching:F4}, {count.Records / fetching:F4}"));
    }
}
