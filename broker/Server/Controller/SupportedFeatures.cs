using System.Collections.Immutable;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>The features of this release: the levels it supports, and those of a new cluster. What ApiVersions answers. Immutable.</summary>
public static class SupportedFeatures
{
    /// <summary>The metadata.version of Kafka 4.3.</summary>
    public const short MetadataVersionLatest = 30;

    /// <summary>The lowest metadata.version that Kafka 4 reads (3.3).</summary>
    public const short MetadataVersionMin = 7;

    /// <summary>What a node registers. Levels that the cluster may have, because the records can be read, whichever of them act yet.</summary>
    public static ImmutableArray<FeatureRange> All { get; } =
    [
        new(FeatureNames.GroupVersion, 0, 1),
        new(FeatureNames.TransactionVersion, 0, 2),
        new(FeatureNames.EligibleLeaderReplicasVersion, 0, 1),
        new(FeatureNames.KRaftVersion, 0, 1),
        new(FeatureNames.MetadataVersion, MetadataVersionMin, MetadataVersionLatest),
        new(FeatureNames.ShareVersion, 0, 1),
        new(FeatureNames.StreamsVersion, 0, 1),
    ];

    /// <summary>The levels of a new cluster, in the order in which they are written.</summary>
    public static ImmutableArray<(string Name, short Level)> OfNewCluster { get; } =
    [
        (FeatureNames.MetadataVersion, MetadataVersionLatest),
        (FeatureNames.EligibleLeaderReplicasVersion, 1),
        (FeatureNames.GroupVersion, 1),
        (FeatureNames.ShareVersion, 1),
        (FeatureNames.StreamsVersion, 1),
        (FeatureNames.TransactionVersion, 2),
    ];
}
