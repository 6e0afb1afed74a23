using Deterministic.Protocol;

namespace Deterministic.Server.Replication;

/// <summary>A partition by the id of its topic.</summary>
public readonly record struct TopicIdPartition(Uuid TopicId, int PartitionId)
{
    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((((int)(TopicId.High ^ TopicId.Low)) * 31) + PartitionId);
}
