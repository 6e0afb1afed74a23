using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands.Performance;

/// <summary><c>e2e-latency</c>: how long a record takes from a producer to a consumer, one at a time; arguments and lines as kafka-e2e-latency has them.</summary>
internal sealed class EndToEndLatencyCommand
{
    private const string ClientId = "deterministic-e2e-latency";
    private const int TimeoutMs = 60_000;
    private const int RecordsBetweenLines = 1000;
    private const int TopicPartitions = 1;

    private readonly CommonOptions _common;
    private readonly Argument<string> _bootstrap = new("bootstrap-server") { Description = "host:port of a broker" };
    private readonly Argument<string> _topic = new("topic") { Description = "Topic; it is made when it is not there" };
    private readonly Argument<int> _records = new("num-records") { Description = "Records to send" };
    private readonly Argument<string> _acks = new("producer-acks") { Description = "1 or all" };
    private readonly Argument<int> _size = new("record-size") { Description = "Bytes of a value" };
    private readonly Argument<FileInfo?> _config = new("command-config") { Description = "Properties of a Kafka client", Arity = ArgumentArity.ZeroOrOne };

    private EndToEndLatencyCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new EndToEndLatencyCommand(common);
        var command = new Command("e2e-latency", "Measure how long a record takes from a producer to a consumer")
        {
            self._bootstrap, self._topic, self._records, self._acks, self._size, self._config, common.Json,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        ClientProperties.Check(result.GetValue(_config));
        var (records, topic) = (result.GetValue(_records), result.GetValue(_topic)!);
        short acks = result.GetValue(_acks) switch
        {
            "all" or "-1" => -1,
            "1" => 1,
            var other => throw new CommandException($"producer-acks {other}: latency testing requires synchronous acknowledgement, 1 or all"),
        };
        if (records < 1 || result.GetValue(_size) < 1)
        {
            throw new CommandException("num-records and record-size must be above 0");
        }

        // Producer and consumer have connections of their own, as two programs would.
        using var producer = KafkaClient.Of(result.GetValue(_bootstrap)!, ClientId);
        using var consumer = KafkaClient.Of(result.GetValue(_bootstrap)!, ClientId);
        await EnsureTopicAsync(producer, topic, cancellation);
        using var fetcher = new PartitionFetcher(consumer, readCommitted: false);
        var partitions = (await consumer.TopicAsync(topic, cancellation)).Partitions.ToArray().Select(partition => partition.PartitionIndex).ToArray();
        var ends = await ListedOffsets.OfAsync(consumer, topic, partitions, ListedOffsets.Latest, cancellation);
        fetcher.Assign(ends.Select(end => KeyValuePair.Create(new TopicAndPartition(topic, end.Key), end.Value)));
        using var sender = new RecordProducer(producer, topic, CompressionCodec.None, acks);
        var latencies = await MeasureAsync(sender, fetcher, records, result.GetValue(_size), result.GetValue(_common.Json), cancellation);
        Print(latencies, result.GetValue(_common.Json));
        return ExitCode.Success;
    }

    private static async Task<LatencyHistogram> MeasureAsync(
        RecordProducer sender, PartitionFetcher fetcher, int records, int size, bool isJson, CancellationToken cancellation)
    {
        var latencies = new LatencyHistogram();
        var value = new byte[size];
        using var progress = Progress.Of("records", records);
        for (var i = 0; i < records; i++)
        {
            Random.Shared.NextBytes(value);
            var begin = Stopwatch.GetTimestamp();
            await sender.AddAsync(null, value, Array.Empty<RecordHeader>(), cancellation);
            await sender.FlushAsync(cancellation);
            await ReceiveAsync(fetcher, value, begin, cancellation);
            var ms = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            latencies.Add(ms);
            progress.Reach(i + 1);
            if (i % RecordsBetweenLines == 0 && !isJson)
            {
                progress.Clear();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i}\t{ms:F6}"));
            }
        }

        return latencies;
    }

    private static async Task ReceiveAsync(PartitionFetcher fetcher, byte[] value, long begin, CancellationToken cancellation)
    {
        IReadOnlyList<ConsumedRecord> received;
        do
        {
            received = await fetcher.FetchAsync(cancellation);
            if (Stopwatch.GetElapsedTime(begin).TotalMilliseconds > TimeoutMs)
            {
                throw new CommandException($"The record was not read within {TimeoutMs} ms of being written");
            }
        }
        while (received.Count == 0);

        if (received.Count != 1 || !value.AsSpan().SequenceEqual(received[0].Value))
        {
            throw new CommandException($"{received.Count} records were read where the one that was written was expected: does somebody else write to the topic?");
        }
    }

    private static void Print(LatencyHistogram latencies, bool isJson)
    {
        if (isJson)
        {
            var report = new Report("Records", "Average ms", "P50 ms", "P99 ms", "P999 ms", "Max ms");
            report.Add(
                latencies.Count, latencies.AverageMs, latencies.Percentile(0.5), latencies.Percentile(0.99), latencies.Percentile(0.999), latencies.MaxMs);
            report.Print(asJson: true);
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Avg latency: {latencies.AverageMs:F4} ms"));
        Console.WriteLine($"Percentiles: 50th = {latencies.Percentile(0.5)}, 99th = {latencies.Percentile(0.99)}, 99.9th = {latencies.Percentile(0.999)}");
    }

    private static async Task EnsureTopicAsync(KafkaClient client, string topic, CancellationToken cancellation)
    {
        var request = new CreateTopicsRequest
        {
            TimeoutMs = TimeoutMs,
            Topics = Seq<CreateTopicsRequest.CreatableTopic>.Of(new CreateTopicsRequest.CreatableTopic { Name = topic, NumPartitions = TopicPartitions, ReplicationFactor = -1 }),
        };
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<CreateTopicsRequest, CreateTopicsResponse>(request, cancellation);
        if ((ErrorCode)response.Topics[0].ErrorCode != ErrorCode.TopicAlreadyExists)
        {
            KafkaClientException.ThrowOn(response.Topics[0].ErrorCode, $"Topic {topic} was not created", response.Topics[0].ErrorMessage.AsString());
        }
    }
}
