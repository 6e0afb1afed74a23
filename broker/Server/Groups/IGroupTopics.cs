using Deterministic.Protocol;

namespace Deterministic.Server.Groups;

/// <summary>What groups need to know of the topics of the cluster, from the metadata image. Any shard may ask.</summary>
public interface IGroupTopics
{
    /// <summary>Id and number of partitions of a topic.</summary>
    bool TryFind(string name, out Uuid id, out int partitionCount);

    /// <summary>Name and number of partitions of a topic.</summary>
    bool TryFind(Uuid id, out string name, out int partitionCount);
}
