using System.CommandLine;
using System.Text.Json;
using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;

namespace Deterministic.Host.Commands;

/// <summary><c>delete-records</c>: deletes records below offsets that a JSON file lists, as kafka-delete-records does.</summary>
internal sealed class DeleteRecordsCommand
{
    private const int TimeoutMs = 30_000;

    private readonly CommonOptions _common;
    private readonly Option<string> _file = new("--offset-json-file")
    {
        Description = "{\"partitions\": [{\"topic\": \"orders\", \"partition\": 0, \"offset\": 100}], \"version\": 1}; offset -1 is the high watermark",
        Required = true,
    };

    private DeleteRecordsCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new DeleteRecordsCommand(common);
        var command = new Command("delete-records", "Delete the records of partitions below given offsets") { common.BootstrapServer, common.Json, self._file };
        runner.Set(command, self.RunAsync);
        return command;
    }

    /// <summary>What the text of such a file asks for.</summary>
    internal static IReadOnlyDictionary<TopicPartition, long> Parse(string text)
    {
        var offsets = new Dictionary<TopicPartition, long>();
        try
        {
            using var json = JsonDocument.Parse(text);
            foreach (var item in json.RootElement.GetProperty("partitions").EnumerateArray())
            {
                var partition = new TopicPartition(item.GetProperty("topic").GetString()!, item.GetProperty("partition").GetInt32());
                if (!offsets.TryAdd(partition, item.GetProperty("offset").GetInt64()))
                {
                    throw new CommandException($"Offset json file contains duplicate topic partitions: {partition}");
                }
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CommandException($"The input string is not as it should be ({e.Message}); see --help for an example", e);
        }

        return offsets;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var offsets = Parse(await File.ReadAllTextAsync(result.GetValue(_file)!, cancellation));
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-delete-records");
        var report = new Report("Topic", "Partition", "Low watermark", "Error");
        var isWhole = true;
        foreach (var topic in offsets.GroupBy(pair => pair.Key.Topic, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            isWhole &= await DeleteAsync(client, topic.Key, topic.ToDictionary(pair => pair.Key.Partition, pair => pair.Value), report, cancellation);
        }

        report.Print(result.GetValue(_common.Json));
        return isWhole ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task<bool> DeleteAsync(
        KafkaClient client, string name, Dictionary<int, long> offsets, Report report, CancellationToken cancellation)
    {
        var topic = await client.TopicAsync(name, cancellation);
        var leaders = topic.Partitions.ToArray().ToDictionary(partition => partition.PartitionIndex, partition => partition.LeaderId);
        var isWhole = true;
        foreach (var byLeader in offsets.GroupBy(pair => leaders.GetValueOrDefault(pair.Key, topic.Partitions[0].LeaderId)).OrderBy(group => group.Key))
        {
            var asked = new DeleteRecordsRequest.DeleteRecordsTopic { Name = name };
            foreach (var (partition, offset) in byLeader.OrderBy(pair => pair.Key))
            {
                asked.Partitions.Add(new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = partition, Offset = offset });
            }

            var request = new DeleteRecordsRequest { TimeoutMs = TimeoutMs };
            request.Topics.Add(asked);
            var connection = await client.NodeAsync(byLeader.Key, cancellation);
            var response = await connection.SendAsync<DeleteRecordsRequest, DeleteRecordsResponse>(request, cancellation);
            foreach (var answer in response.Topics[0].Partitions.ToArray())
            {
                isWhole &= answer.ErrorCode == 0;
                report.Add(
                    name, answer.PartitionIndex, answer.ErrorCode == 0 ? answer.LowWatermark : null,
                    answer.ErrorCode == 0 ? null : $"{ErrorCodes.MessageOf((ErrorCode)answer.ErrorCode)} ({ErrorCodes.NameOf((ErrorCode)answer.ErrorCode)})");
            }
        }

        return isWhole;
    }
}
