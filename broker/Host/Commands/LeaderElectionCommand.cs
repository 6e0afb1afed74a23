using System.CommandLine;
using System.Text.Json;
using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands;

/// <summary><c>leader-election</c>: elects leaders of partitions; option names as kafka-leader-election has them.</summary>
internal sealed class LeaderElectionCommand
{
    private const sbyte Preferred = 0;
    private const sbyte Unclean = 1;

    private readonly CommonOptions _common;
    private readonly Option<string> _type = new("--election-type") { Description = "preferred (the first replica) or unclean (any, records may be lost)", Required = true };
    private readonly Option<string?> _topic = new("--topic") { Description = "Topic, with --partition" };
    private readonly Option<int?> _partition = new("--partition") { Description = "Partition of --topic" };
    private readonly Option<bool> _all = new("--all-topic-partitions") { Description = "Every partition" };
    private readonly Option<FileInfo?> _file = new("--path-to-json-file") { Description = "{\"partitions\": [{\"topic\": \"orders\", \"partition\": 0}]}" };

    private LeaderElectionCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new LeaderElectionCommand(common);
        var command = new Command("leader-election", "Elect leaders of partitions")
        {
            common.BootstrapServer, common.Json, self._type, self._topic, self._partition, self._all, self._file,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    /// <summary>The partitions that the text of a file lists.</summary>
    internal static IReadOnlyList<TopicAndPartition> Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return [.. json.RootElement.GetProperty("partitions").EnumerateArray()
                .Select(item => new TopicAndPartition(item.GetProperty("topic").GetString()!, item.GetProperty("partition").GetInt32()))];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CommandException($"The file is not as it should be ({e.Message}); see --help for an example", e);
        }
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var type = result.GetValue(_type)!.ToLowerInvariant() switch
        {
            "preferred" => Preferred,
            "unclean" => Unclean,
            var other => throw new CommandException($"--election-type {other}: it must be preferred or unclean"),
        };
        var request = new ElectLeadersRequest { ElectionType = type, TopicPartitions = await WantedAsync(result, cancellation) };
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-leader-election");
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<ElectLeadersRequest, ElectLeadersResponse>(request, cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, "No leader was elected");
        var report = new Report("Topic", "Partition", "Status");
        var isWhole = true;
        foreach (var topic in response.ReplicaElectionResults.ToArray().OrderBy(topic => topic.Topic.ToString(), StringComparer.Ordinal))
        {
            foreach (var partition in topic.PartitionResult.ToArray().OrderBy(partition => partition.PartitionId))
            {
                var error = (ErrorCode)partition.ErrorCode;
                isWhole &= error is ErrorCode.None or ErrorCode.ElectionNotNeeded;
                report.Add(topic.Topic.ToString(), partition.PartitionId, StatusOf(error, partition.ErrorMessage.AsString()));
            }
        }

        report.Print(result);
        return isWhole ? ExitCode.Success : ExitCode.Failure;
    }

    private async Task<Seq<ElectLeadersRequest.ElectedTopic>> WantedAsync(ParseResult result, CancellationToken cancellation)
    {
        var (topic, file) = (result.GetValue(_topic), result.GetValue(_file));
        if (new[] { topic is not null, file is not null, result.GetValue(_all) }.Count(isGiven => isGiven) != 1)
        {
            throw new CommandException("Give exactly one of --topic (with --partition), --path-to-json-file, --all-topic-partitions");
        }

        if (result.GetValue(_all))
        {
            return Seq<ElectLeadersRequest.ElectedTopic>.Null;
        }

        var partitions = file is not null
            ? Parse(await File.ReadAllTextAsync(file.FullName, cancellation))
            : [new TopicAndPartition(topic!, result.GetValue(_partition) ?? throw new CommandException("--topic needs --partition"))];
        return Seq<ElectLeadersRequest.ElectedTopic>.Of(partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal).Select(
            group => new ElectLeadersRequest.ElectedTopic { Topic = group.Key, Partitions = Seq<int>.Of(group.Select(partition => partition.Partition)) }));
    }

    private static string StatusOf(ErrorCode error, string? message) => error switch
    {
        ErrorCode.None => "Elected",
        ErrorCode.ElectionNotNeeded => "Valid replica already elected",
        _ => $"Error: {message ?? ErrorCodes.MessageOf(error)} ({ErrorCodes.NameOf(error)})",
    };
}
