using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Deterministic.Conformance.DotnetClient;

/// <summary>What every client of the table can do: create, produce, consume in a group, commit.</summary>
internal static class Basics
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static int Create(string bootstrap, string topic, int partitions)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        var specification = new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 };
        admin.CreateTopicsAsync([specification]).GetAwaiter().GetResult();
        return 0;
    }

    public static int Produce(string bootstrap, string topic, string codec, bool idempotent)
    {
        var config = new ProducerConfig
        {
            BootstrapServers = bootstrap,
            CompressionType = Enum.Parse<CompressionType>(codec, ignoreCase: true),
            EnableIdempotence = idempotent,
            LingerMs = 20,
            Partitioner = Partitioner.Murmur2Random,
        };
        var failures = 0;
        using (var producer = new ProducerBuilder<byte[], byte[]>(config).Build())
        {
            while (Console.In.ReadLine() is { } line)
            {
                Send(producer, topic, line.Split('\t'), report =>
                {
                    if (report.Error.IsError && Interlocked.Increment(ref failures) == 1)
                        Console.Error.WriteLine($"a record failed: {report.Error.Code} {report.Error.Reason}");
                });
            }
            var left = producer.Flush(s_patience);
            if (left > 0)
                Console.Error.WriteLine($"{failures += left} records were not sent within {s_patience.TotalSeconds} s");
        }
        return failures == 0 ? 0 : 1;
    }

    private static void Send(IProducer<byte[], byte[]> producer, string topic, string[] parts,
        Action<DeliveryReport<byte[], byte[]>> done)
    {
        var headers = new Headers();
        foreach (var pair in parts[0].Split(',', StringSplitOptions.RemoveEmptyEntries))
            headers.Add(pair[..pair.IndexOf(':')], Encoding.UTF8.GetBytes(pair[(pair.IndexOf(':') + 1)..]));
        producer.Produce(topic, new Message<byte[], byte[]>
        {
            Key = Encoding.UTF8.GetBytes(parts[1]),
            Value = Encoding.UTF8.GetBytes(parts[2]),
            Headers = headers,
        }, done);
    }

    public static int Consume(string bootstrap, string group, string[] topics, CancellationToken stop)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            HeartbeatIntervalMs = 500,
            SessionTimeoutMs = 10000,
            EnableAutoOffsetStore = false,
            AutoCommitIntervalMs = 500,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        };
        using var consumer = new ConsumerBuilder<string, string>(config).Build();
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        consumer.Subscribe(topics);
        while (!stop.IsCancellationRequested)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(200)) is not { } record)
                continue;
            var headers = record.Message.Headers.Select(h => $"{h.Key}:{Encoding.UTF8.GetString(h.GetValueBytes())}");
            output.Write($"{record.Topic}\t{record.Partition.Value}\t{record.Offset.Value}\t"
                + $"{string.Join(',', headers)}\t{record.Message.Key}\t{record.Message.Value}\n");
            StoreIfStillOurs(consumer, record);
        }
        consumer.Close();
        return 0;
    }

    /// <summary>A partition can be taken away between the record and its offset; then the next owner sees it again.</summary>
    private static void StoreIfStillOurs(IConsumer<string, string> consumer, ConsumeResult<string, string> record)
    {
        try
        {
            consumer.StoreOffset(record);
        }
        catch (KafkaException error) when (error.Error.Code == ErrorCode.Local_State)
        {
            Console.Error.WriteLine($"{record.TopicPartitionOffset} belongs to another member now");
        }
    }

    public static int CommitHalf(string bootstrap, string group, string topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(
            new ConsumerConfig { BootstrapServers = bootstrap, GroupId = group, EnableAutoCommit = false }).Build();
        var offsets = Topics.Partitions(bootstrap, topic).Select(partition =>
        {
            var range = consumer.QueryWatermarkOffsets(partition, s_patience);
            return new TopicPartitionOffset(partition, (range.Low.Value + range.High.Value) / 2);
        });
        consumer.Commit(offsets);
        return 0;
    }
}
