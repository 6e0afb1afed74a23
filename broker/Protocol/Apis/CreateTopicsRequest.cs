using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 19, CreateTopics: Create topics with partitions/RF or explicit assignment and configs; v7 returns topic id.</summary>
public struct CreateTopicsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.CreateTopics, First: 2, Last: 7, FlexibleSince: 5);

    public Seq<CreatableTopic> Topics;
    public int TimeoutMs = 60000;
    public bool ValidateOnly;

    /// <summary>All fields at their defaults.</summary>
    public CreateTopicsRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Topics);
        wire.Int32(ref TimeoutMs);
        wire.Bool(ref ValidateOnly);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct CreatableTopic : IMessage
    {
        public Text Name;
        public int NumPartitions;
        public short ReplicationFactor;
        public Seq<CreatableReplicaAssignment> Assignments;
        public Seq<CreatableTopicConfig> Configs;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Int32(ref NumPartitions);
            wire.Int16(ref ReplicationFactor);
            wire.Array(ref Assignments);
            wire.Array(ref Configs);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>assignments</c>.</summary>
    public struct CreatableReplicaAssignment : IMessage
    {
        public int PartitionIndex;
        public Seq<int> BrokerIds;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Array(ref BrokerIds);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>configs</c>.</summary>
    public struct CreatableTopicConfig : IMessage
    {
        public Text Name;
        public Text Value;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.String(ref Value, nullableSince: 2);
            wire.Tags(ref this);
        }
    }
}
