using Deterministic.Protocol;

namespace Deterministic.Simulator.Observing;

/// <summary>
/// What administrators asked brokers for and were told is done, so that invariants and other clients can hold brokers to it. Only of
/// topics that are never deleted, so that a name stands for one log. Owned by the run.
/// </summary>
public sealed class Promises
{
    private readonly Dictionary<TopicPartition, long> _asked = [];
    private readonly Dictionary<TopicPartition, long> _deleted = [];
    private readonly Dictionary<string, int> _partitions = new(StringComparer.Ordinal);

    /// <summary>Somebody is about to ask that the records below that offset be deleted.</summary>
    internal void AskDeletion(in TopicPartition partition, long below) =>
        _asked[partition] = Math.Max(_asked.GetValueOrDefault(partition), below);

    /// <summary>A broker said that the log starts there now.</summary>
    internal void Deleted(in TopicPartition partition, long below) =>
        _deleted[partition] = Math.Max(_deleted.GetValueOrDefault(partition), below);

    /// <summary>A broker said that the topic has so many partitions now.</summary>
    internal void Grown(string topic, int partitions) =>
        _partitions[topic] = Math.Max(_partitions.GetValueOrDefault(topic), partitions);

    /// <summary>Nobody asked to delete what lies there or behind; 0 when nobody asked at all.</summary>
    internal long AskedBelow(in TopicPartition partition) => _asked.GetValueOrDefault(partition);

    /// <summary>What lies below is deleted for good.</summary>
    internal long DeletedBelow(in TopicPartition partition) => _deleted.GetValueOrDefault(partition);

    /// <summary>The topic has at least so many partitions; 0 when nobody was told.</summary>
    internal int PartitionsOf(string topic) => _partitions.GetValueOrDefault(topic);
}
