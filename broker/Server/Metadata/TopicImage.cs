using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Metadata;

/// <summary>What the metadata log says of one topic. Immutable, read by every shard; lives as long as an image that holds it.</summary>
public sealed class TopicImage
{
    /// <summary>A topic whose partitions are numbered from 0 without a gap.</summary>
    public TopicImage(string name, Text nameText, Uuid id, ImmutableArray<PartitionImage> partitions)
    {
        Name = name;
        NameText = nameText;
        Id = id;
        Partitions = partitions;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its name as responses carry it.</summary>
    public Text NameText { get; }

    /// <summary>Its id.</summary>
    public Uuid Id { get; }

    /// <summary>Its partitions, by number.</summary>
    public ImmutableArray<PartitionImage> Partitions { get; }

    /// <summary>One partition, or null when there is none of that number.</summary>
    public PartitionImage? FindPartition(int partitionId) =>
        (uint)partitionId < (uint)Partitions.Length ? Partitions[partitionId] : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Id}, {Partitions.Length} partitions)";
}
