namespace Deterministic.Host.Client;

/// <summary>A partition by the name of its topic, as the command line speaks of it.</summary>
internal readonly record struct TopicAndPartition(string Topic, int Partition)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Topic}-{Partition}";
}
