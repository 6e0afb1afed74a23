using Deterministic.Protocol;

namespace Deterministic.Server.Replication;

/// <summary>A partition by the id of its topic.</summary>
public readonly record struct TopicIdPartition(Uuid TopicId, int PartitionId) : IComparable<TopicIdPartition>
{
    /// <inheritdoc/>
    public int CompareTo(TopicIdPartition other)
    {
        var byTopic = TopicId.CompareTo(other.TopicId);
        return byTopic != 0 ? byTopic : PartitionId.CompareTo(other.PartitionId);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((((int)(TopicId.High ^ TopicId.Low)) * 31) + PartitionId);

    /// <summary>By topic id, then by number.</summary>
    public static bool operator <(TopicIdPartition left, TopicIdPartition right) => left.CompareTo(right) < 0;

    /// <summary>By topic id, then by number.</summary>
    public static bool operator >(TopicIdPartition left, TopicIdPartition right) => left.CompareTo(right) > 0;

    /// <summary>By topic id, then by number.</summary>
    public static bool operator <=(TopicIdPartition left, TopicIdPartition right) => left.CompareTo(right) <= 0;

    /// <summary>By topic id, then by number.</summary>
    public static bool operator >=(TopicIdPartition left, TopicIdPartition right) => left.CompareTo(right) >= 0;
}
