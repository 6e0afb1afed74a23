namespace Deterministic.Simulator.Workloads;

/// <summary>A request that is well formed and that a broker must refuse, with an error that says why.</summary>
public enum RefusedRequest
{
    /// <summary>CreateTopics with a name that no topic may have.</summary>
    TopicName,

    /// <summary>CreateTopics with a name that differs from another in a dot for an underscore.</summary>
    TopicNameCollides,

    /// <summary>CreateTopics with a name twice.</summary>
    TopicNameTwice,

    /// <summary>CreateTopics of the cluster's own topic.</summary>
    TopicIsInternal,

    /// <summary>CreateTopics with a number of partitions that cannot be.</summary>
    PartitionCount,

    /// <summary>CreateTopics with more partitions than a request may ask for.</summary>
    TooManyPartitions,

    /// <summary>CreateTopics with more replicas than brokers, or with none.</summary>
    ReplicationFactor,

    /// <summary>CreateTopics with an assignment that leaves a partition out or names a broker that there is not.</summary>
    Assignment,

    /// <summary>CreateTopics with a config that there is not, or with a value that it cannot have.</summary>
    TopicConfig,

    /// <summary>CreateTopics that is to be looked at and not carried out.</summary>
    ValidateOnly,

    /// <summary>CreateTopics that does not wait.</summary>
    WithoutTime,

    /// <summary>DeleteTopics of a name that there is not.</summary>
    DeleteUnknownName,

    /// <summary>DeleteTopics of an id that there is not, or of nothing.</summary>
    DeleteUnknownId,

    /// <summary>DescribeConfigs of what there is not.</summary>
    DescribeUnknown,

    /// <summary>Heartbeat of a member that there is not.</summary>
    HeartbeatOfStranger,

    /// <summary>SyncGroup of a member that there is not.</summary>
    SyncOfStranger,

    /// <summary>JoinGroup under a member id that was never given, with another protocol.</summary>
    JoinOfStranger,

    /// <summary>JoinGroup with a session that is too short or too long.</summary>
    JoinSession,

    /// <summary>OffsetCommit in a generation that there never was.</summary>
    CommitOfStranger,

    /// <summary>LeaveGroup of a member that there is not.</summary>
    LeaveOfStranger,
}
