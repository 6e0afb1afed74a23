using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Deterministic.Conformance.DotnetClient;

/// <summary>What clients can do that know more than produce and consume: transactions, the consumer protocol, admin calls, offsets of times.</summary>
internal static class Transactions
{
    private const int TransactionRecords = 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(8);

    public static int Time(string bootstrap, string topic, long timestamp)
    {
        using var consumer = Consumer(bootstrap, "times", _ => { });
        var asked = new TopicPartitionTimestamp(new TopicPartition(topic, 0), new Timestamp(timestamp, TimestampType.CreateTime));
        Console.WriteLine(consumer.OffsetsForTimes([asked], s_patience)[0].Offset.Value);
        return 0;
    }

    public static int Administrate(string bootstrap, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        var specification = new TopicSpecification
        {
            Name = topic, NumPartitions = 2, ReplicationFactor = 1, Configs = new() { ["retention.ms"] = "1234567" },
        };
        admin.CreateTopicsAsync([specification]).GetAwaiter().GetResult();
        admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = 4 }]).GetAwaiter().GetResult();
        var resource = new ConfigResource { Type = ResourceType.Topic, Name = topic };
        var change = new ConfigEntry { Name = "retention.ms", Value = "7654321", IncrementalOperation = AlterConfigOpType.Set };
        admin.IncrementalAlterConfigsAsync(new() { [resource] = [change] }).GetAwaiter().GetResult();
        Console.WriteLine(admin.DescribeConfigsAsync([resource]).GetAwaiter().GetResult()[0].Entries["retention.ms"].Value);
        return 0;
    }

    public static int Drop(string bootstrap, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        admin.DeleteTopicsAsync([topic]).GetAwaiter().GetResult();
        return 0;
    }

    public static int Transact(string bootstrap, string topic, string transactionalId)
    {
        using var producer = Producer(bootstrap, transactionalId);
        producer.InitTransactions(s_patience);
        Send(producer, topic, "committed", 0);
        producer.CommitTransaction();
        Send(producer, topic, "aborted", 0);
        producer.Flush(s_patience);
        producer.AbortTransaction();
        Send(producer, topic, "committed", 100);
        producer.CommitTransaction();
        return 0;
    }

    public static int ConsumerProtocol(string bootstrap, string group, string topic, int count)
    {
        using var consumer = Consumer(bootstrap, group, config => config.GroupProtocol = GroupProtocol.Consumer);
        consumer.Subscribe(topic);
        for (var seen = 0; seen < count;)
        {
            if (consumer.Consume(s_poll) is not { } record)
                continue;
            Console.WriteLine(record.Message.Value);
            seen++;
        }
        consumer.Commit();
        consumer.Close();
        return 0;
    }

    /// <summary>Copies with a mark; ends itself in the middle of the transaction behind <paramref name="crashAfter"/> of them.</summary>
    public static int Transform(string bootstrap, string input, string output, string group, string transactionalId, int crashAfter)
    {
        using var producer = Producer(bootstrap, transactionalId);
        using var consumer = Consumer(bootstrap, group, config => config.SessionTimeoutMs = 6000);
        producer.InitTransactions(s_patience);
        consumer.Subscribe(input);
        var batch = new List<ConsumeResult<string, string>>();
        var transactions = 0;
        var last = DateTime.UtcNow;
        while (consumer.Assignment.Count == 0 || DateTime.UtcNow - last < s_idle)
        {
            var record = consumer.Consume(s_poll);
            if (record is not null)
                batch.Add(record);
            last = record is not null || consumer.Assignment.Count == 0 ? DateTime.UtcNow : last;
            if (batch.Count == 0 || (record is not null && batch.Count < TransactionRecords))
                continue;
            producer.BeginTransaction();
            foreach (var taken in batch)
                producer.Produce(new TopicPartition(output, 0), new Message<string, string> { Value = taken.Message.Value + "!" });
            producer.SendOffsetsToTransaction(
                [new TopicPartitionOffset(batch[^1].TopicPartition, batch[^1].Offset + 1)], consumer.ConsumerGroupMetadata, s_patience);
            if (crashAfter > 0 && ++transactions > crashAfter)
            {
                producer.Flush(s_patience);
                System.Diagnostics.Process.GetCurrentProcess().Kill();
            }
            producer.CommitTransaction();
            batch.Clear();
        }
        consumer.Close();
        return 0;
    }

    private static void Send(IProducer<string, string> producer, string topic, string word, int first)
    {
        producer.BeginTransaction();
        for (var i = first; i < first + 100; i++)
            producer.Produce(new TopicPartition(topic, 0), new Message<string, string> { Value = $"{word}-{i}" });
    }

    private static IProducer<string, string> Producer(string bootstrap, string transactionalId) =>
        new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = bootstrap, TransactionalId = transactionalId, TransactionTimeoutMs = 10000,
        }).Build();

    private static IConsumer<string, string> Consumer(string bootstrap, string group, Action<ConsumerConfig> adjust)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrap, GroupId = group, AutoOffsetReset = AutoOffsetReset.Earliest, EnableAutoCommit = false,
            IsolationLevel = IsolationLevel.ReadCommitted,
        };
        adjust(config);
        return new ConsumerBuilder<string, string>(config).Build();
    }
}
