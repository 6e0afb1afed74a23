using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Deterministic.Host.Client;

namespace Deterministic.Host.Commands;

/// <summary><c>get-offsets</c>: first, last or timed offsets of partitions; option names as kafka-get-offsets has them.</summary>
internal sealed class GetOffsetsCommand
{
    private static readonly TimeSpan s_regexTimeout = TimeSpan.FromSeconds(1);
    private static readonly Dictionary<string, long> s_times = new(StringComparer.Ordinal)
    {
        ["latest"] = -1, ["earliest"] = -2, ["max-timestamp"] = -3, ["earliest-local"] = -4, ["latest-tiered"] = -5, ["earliest-pending-upload"] = -6,
    };

    private readonly CommonOptions _common;
    private readonly Option<string?> _topic = new("--topic") { Description = "Topics that match this regular expression; all by default" };
    private readonly Option<string?> _partitions = new("--partitions") { Description = "0,1: partitions to show" };
    private readonly Option<string?> _topicPartitions = new("--topic-partitions") { Description = "t1:1,t2:0-3,t3,t4:5-,t5:-3: topics (regular expressions) with ranges of partitions, the end of a range left out" };
    private readonly Option<string> _time = new("--time")
    {
        Description = "Milliseconds since 1970, or latest (-1), earliest (-2), max-timestamp (-3), earliest-local (-4), latest-tiered (-5), earliest-pending-upload (-6)",
        DefaultValueFactory = _ => "latest",
    };

    private readonly Option<bool> _excludeInternal = new("--exclude-internal-topics") { Description = "Leave internal topics out" };

    private GetOffsetsCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new GetOffsetsCommand(common);
        var command = new Command("get-offsets", "Show the first, last or timed offsets of partitions")
        {
            common.BootstrapServer, common.Json, self._topic, self._partitions, self._topicPartitions, self._time, self._excludeInternal,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    /// <summary>The number by which ListOffsets knows a point in time.</summary>
    internal static long ParseTime(string text) =>
        s_times.TryGetValue(text, out var named) ? named
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= s_times.Values.Min() ? number
        : throw new CommandException($"--time {text}: it must be milliseconds since 1970 or one of {string.Join(", ", s_times.Keys)}");

    /// <summary>Whether a partition is meant by one of the rules of <c>--topic-partitions</c>.</summary>
    internal static bool IsMeant(string rules, string topic, int partition) =>
        rules.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(rule =>
        {
            var colon = rule.LastIndexOf(':');
            return Matches(colon < 0 ? rule : rule[..colon], topic, "--topic-partitions") && (colon < 0 || InRange(rule, rule[(colon + 1)..], partition));
        });

    private static bool InRange(string rule, string range, int partition)
    {
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        var first = dash < 0 ? range : range[..dash];
        var last = dash < 0 ? "" : range[(dash + 1)..];
        if ((first.Length > 0 && !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            || (last.Length > 0 && !int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            throw new CommandException($"--topic-partitions {rule}: write it as topic, topic:1, topic:0-3, topic:5- or topic:-3");
        }

        if (dash < 0)
        {
            return first.Length == 0 || int.Parse(first, CultureInfo.InvariantCulture) == partition;
        }

        return (first.Length == 0 || partition >= int.Parse(first, CultureInfo.InvariantCulture))
            && (last.Length == 0 || partition < int.Parse(last, CultureInfo.InvariantCulture));
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var time = ParseTime(result.GetValue(_time)!);
        if (result.GetValue(_topicPartitions) is not null && (result.GetValue(_topic) is not null || result.GetValue(_partitions) is not null))
        {
            throw new CommandException("--topic-partitions cannot be used with --topic or --partitions");
        }

        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-get-offsets");
        var report = new Report("Topic", "Partition", "Offset");
        var isFound = false;
        foreach (var (topic, partitions) in await WantedAsync(client, result, cancellation))
        {
            isFound = true;
            var offsets = await ListedOffsets.OfAsync(client, topic, partitions, time, cancellation);
            foreach (var partition in partitions)
            {
                long? offset = offsets.TryGetValue(partition, out var known) && known >= 0 ? known : null;
                report.Add(topic, partition, offset);
                if (!result.GetValue(_common.Json))
                {
                    Console.WriteLine($"{topic}:{partition}:{offset}");
                }
            }
        }

        if (!isFound)
        {
            throw new CommandException("Could not match any topic-partitions with the specified filters");
        }

        if (result.GetValue(_common.Json))
        {
            report.Print(asJson: true);
        }

        return ExitCode.Success;
    }

    private async Task<IReadOnlyList<(string Topic, IReadOnlyList<int> Partitions)>> WantedAsync(
        KafkaClient client, ParseResult result, CancellationToken cancellation)
    {
        var numbers = (result.GetValue(_partitions) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number : throw new CommandException($"--partitions {text}: it must be a number that is not negative")).ToArray();
        var wanted = new List<(string, IReadOnlyList<int>)>();
        var metadata = await client.MetadataAsync(null, cancellation);
        foreach (var topic in metadata.Topics.ToArray().OrderBy(topic => topic.Name.ToString(), StringComparer.Ordinal))
        {
            var name = topic.Name.ToString();
            if ((result.GetValue(_topic) is { } pattern && !Matches(pattern, name, "--topic")) || (topic.IsInternal && result.GetValue(_excludeInternal)))
            {
                continue;
            }

            var partitions = topic.Partitions.ToArray().Select(partition => partition.PartitionIndex).Order()
                .Where(partition => (numbers.Length == 0 || numbers.Contains(partition))
                    && (result.GetValue(_topicPartitions) is not { } rules || IsMeant(rules, name, partition))).ToArray();
            if (partitions.Length > 0)
            {
                wanted.Add((name, partitions));
            }
        }

        return wanted;
    }

    private static bool Matches(string pattern, string name, string option)
    {
        try
        {
            return Regex.IsMatch(name, $"^(?:{pattern})$", RegexOptions.None, s_regexTimeout);
        }
        catch (ArgumentException e)
        {
            throw new CommandException($"{option} {pattern} is not a regular expression: {e.Message}", e);
        }
    }
}
