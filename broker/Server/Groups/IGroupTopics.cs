using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>What groups need to know of the topics of the cluster, from the metadata image. Any shard may ask.</summary>
public interface IGroupTopics
{
    /// <summary>Another number whenever topics, their partitions or the racks of brokers may have changed.</summary>
    long Version { get; }

    /// <summary>The offset of the metadata that the answers come from.</summary>
    long MetadataOffset { get; }

    /// <summary>The names of all topics.</summary>
    IEnumerable<Text> Names { get; }

    /// <summary>Id and number of partitions of a topic.</summary>
    bool TryFind(string name, out Uuid id, out int partitionCount);

    /// <summary>Name and number of partitions of a topic.</summary>
    bool TryFind(Uuid id, out string name, out int partitionCount);

    /// <summary>The racks of the replicas of a partition, in order; none for those without a rack.</summary>
    IReadOnlyList<string> RacksOf(Uuid id, int partition);
}
