namespace Deterministic.Protocol;

/// <summary>A partition by the name of its topic.</summary>
public readonly record struct TopicPartition(string Topic, int Partition)
{
    /// <summary>As Kafka names the directory of the partition: <c>orders-3</c>.</summary>
    public override string ToString() => $"{Topic}-{Partition}";
}
