using Confluent.Kafka;

namespace Deterministic.Conformance.DotnetClient;

/// <summary>What the broker says of a topic, and reading a whole topic without a group.</summary>
internal static class Topics
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static TopicPartition[] Partitions(string bootstrap, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        var found = admin.GetMetadata(topic, s_patience).Topics.Single();
        if (found.Error.IsError)
            throw new InvalidOperationException($"topic {topic}: {found.Error.Code} {found.Error.Reason}");
        return [.. found.Partitions.Select(p => new TopicPartition(topic, p.PartitionId)).OrderBy(p => p.Partition.Value)];
    }

    /// <summary>Every record of the topic from the log start offset to the high watermark as it is now, with CRCs checked.</summary>
    public static Dictionary<int, WatermarkOffsets> ReadAll(string bootstrap, string topic,
        Action<ConsumeResult<byte[], byte[]>> onRecord)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = "conformance-reader",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            CheckCrcs = true,
            AutoOffsetReset = AutoOffsetReset.Error,
            IsolationLevel = IsolationLevel.ReadUncommitted,
        };
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).Build();
        var ranges = new Dictionary<int, WatermarkOffsets>();
        var partitions = Partitions(bootstrap, topic);
        foreach (var partition in partitions)
            ranges[partition.Partition] = consumer.QueryWatermarkOffsets(partition, s_patience);
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(p, ranges[p.Partition].Low)));
        var open = partitions.Length;
        while (open > 0)
        {
            var record = consumer.Consume(s_patience)
                ?? throw new TimeoutException($"{topic}: nothing came for {s_patience.TotalSeconds} s, {open} partitions not at their end");
            if (record.IsPartitionEOF)
                open--;
            else
                onRecord(record);
        }
        consumer.Close();
        return ranges;
    }
}
