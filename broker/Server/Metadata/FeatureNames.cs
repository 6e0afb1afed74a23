namespace Deterministic.Server.Metadata;

/// <summary>Names of cluster features (KIP-584) that the broker knows.</summary>
public static class FeatureNames
{
    /// <summary>Format of the metadata records and RPCs.</summary>
    public const string MetadataVersion = "metadata.version";

    /// <summary>Membership of the quorum: 0 by configuration, 1 by records. Stands in control records, not in the image.</summary>
    public const string KRaftVersion = "kraft.version";

    /// <summary>Transactions: 0 classic, 1 flexible records, 2 epoch raised by every transaction (KIP-890).</summary>
    public const string TransactionVersion = "transaction.version";

    /// <summary>Groups: 1 allows the consumer protocol (KIP-848).</summary>
    public const string GroupVersion = "group.version";

    /// <summary>Eligible leader replicas (KIP-966).</summary>
    public const string EligibleLeaderReplicasVersion = "eligible.leader.replicas.version";

    /// <summary>Share groups (KIP-932).</summary>
    public const string ShareVersion = "share.version";

    /// <summary>Streams groups (KIP-1071).</summary>
    public const string StreamsVersion = "streams.version";
}
