using System.CommandLine;
using System.Globalization;
using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands;

/// <summary><c>log-dirs</c>: the log directories of brokers and what is in them; option names as kafka-log-dirs has them.</summary>
internal sealed class LogDirsCommand
{
    private readonly CommonOptions _common;
    private readonly Option<bool> _describe = new("--describe") { Description = "Show log directories, and the size of each replica (the only thing to do)" };
    private readonly Option<string?> _brokerList = new("--broker-list") { Description = "1,2: brokers to ask; all by default" };
    private readonly Option<string?> _topicList = new("--topic-list") { Description = "orders,bills: topics to show; all by default" };

    private LogDirsCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new LogDirsCommand(common);
        var command = new Command("log-dirs", "Show the log directories of brokers and what is in them")
        {
            common.BootstrapServer, common.Json, self._describe, self._brokerList, self._topicList,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-log-dirs");
        var metadata = await client.MetadataAsync(null, cancellation);
        var request = RequestFor(metadata, ItemsOf(result.GetValue(_topicList)));
        var asked = ItemsOf(result.GetValue(_brokerList));
        var report = new Report("Broker", "Log dir", "Topic", "Partition", "Size", "Offset lag", "Future", "Total bytes", "Usable bytes", "Error");
        foreach (var broker in metadata.Brokers.ToArray().Select(broker => broker.NodeId).Order())
        {
            if (asked.Length == 0 || asked.Contains(broker.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal))
            {
                var connection = await client.NodeAsync(broker, cancellation);
                var response = await connection.SendAsync<DescribeLogDirsRequest, DescribeLogDirsResponse>(request, cancellation);
                KafkaClientException.ThrowOn(response.ErrorCode, $"Log directories of broker {broker}");
                Add(report, broker, response);
            }
        }

        report.Print(result.GetValue(_common.Json));
        return ExitCode.Success;
    }

    private static string[] ItemsOf(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static DescribeLogDirsRequest RequestFor(in MetadataResponse metadata, string[] topics)
    {
        if (topics.Length == 0)
        {
            return new DescribeLogDirsRequest { Topics = Seq<DescribeLogDirsRequest.DescribableLogDirTopic>.Null };
        }

        var request = new DescribeLogDirsRequest();
        foreach (ref var topic in metadata.Topics)
        {
            if (topics.Contains(topic.Name.ToString(), StringComparer.Ordinal))
            {
                request.Topics.Add(new DescribeLogDirsRequest.DescribableLogDirTopic
                {
                    Topic = topic.Name, Partitions = Seq<int>.Of(topic.Partitions.ToArray().Select(partition => partition.PartitionIndex)),
                });
            }
        }

        return request;
    }

    private static void Add(Report report, int broker, in DescribeLogDirsResponse response)
    {
        foreach (ref var directory in response.Results)
        {
            var path = directory.LogDir.ToString();
            var error = directory.ErrorCode == 0 ? null : ErrorCodes.NameOf((ErrorCode)directory.ErrorCode);
            var (total, usable) = (Known(directory.TotalBytes), Known(directory.UsableBytes));
            if (directory.Topics.Count == 0)
            {
                report.Add(broker, path, null, null, null, null, null, total, usable, error);
            }

            foreach (ref var topic in directory.Topics)
            {
                foreach (ref var partition in topic.Partitions)
                {
                    report.Add(
                        broker, path, topic.Name.ToString(), partition.PartitionIndex, partition.PartitionSize, partition.OffsetLag,
                        partition.IsFutureKey, total, usable, error);
                }
            }
        }
    }

    private static long? Known(long bytes) => bytes < 0 ? null : bytes;
}
