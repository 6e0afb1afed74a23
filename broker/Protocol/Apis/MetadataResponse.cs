using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to Metadata (key 3).</summary>
public struct MetadataResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<MetadataResponseBroker> Brokers;
    public Text ClusterId = Text.Null;
    public int ControllerId = -1;
    public Seq<MetadataResponseTopic> Topics;
    public int ClusterAuthorizedOperations = int.MinValue;
    public short ErrorCode;

    /// <summary>All fields at their defaults.</summary>
    public MetadataResponse()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 3))
        {
            wire.Int32(ref ThrottleTimeMs);
        }

        wire.Array(ref Brokers);

        if (wire.Has(since: 2))
        {
            wire.String(ref ClusterId, nullableSince: 2);
        }

        if (wire.Has(since: 1))
        {
            wire.Int32(ref ControllerId);
        }

        wire.Array(ref Topics);

        if (wire.Has(since: 8, until: 10))
        {
            wire.Int32(ref ClusterAuthorizedOperations);
        }

        if (wire.Has(since: 13))
        {
            wire.Int16(ref ErrorCode);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>brokers</c>.</summary>
    public struct MetadataResponseBroker : IMessage
    {
        public int NodeId;
        public Text Host;
        public int Port;
        public Text Rack = Text.Null;

        /// <summary>All fields at their defaults.</summary>
        public MetadataResponseBroker()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref NodeId);
            wire.String(ref Host);
            wire.Int32(ref Port);

            if (wire.Has(since: 1))
            {
                wire.String(ref Rack, nullableSince: 1);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct MetadataResponseTopic : IMessage
    {
        public short ErrorCode;
        public Text Name;
        public Uuid TopicId;
        public bool IsInternal;
        public Seq<MetadataResponsePartition> Partitions;
        public int TopicAuthorizedOperations = int.MinValue;

        /// <summary>All fields at their defaults.</summary>
        public MetadataResponseTopic()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ErrorCode);
            wire.String(ref Name, nullableSince: 12);

            if (wire.Has(since: 10))
            {
                wire.Uuid(ref TopicId);
            }

            if (wire.Has(since: 1))
            {
                wire.Bool(ref IsInternal);
            }

            wire.Array(ref Partitions);

            if (wire.Has(since: 8))
            {
                wire.Int32(ref TopicAuthorizedOperations);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitions</c>.</summary>
    public struct MetadataResponsePartition : IMessage
    {
        public short ErrorCode;
        public int PartitionIndex;
        public int LeaderId;
        public int LeaderEpoch = -1;
        public Seq<int> ReplicaNodes;
        public Seq<int> IsrNodes;
        public Seq<int> OfflineReplicas;

        /// <summary>All fields at their defaults.</summary>
        public MetadataResponsePartition()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ErrorCode);
            wire.Int32(ref PartitionIndex);
            wire.Int32(ref LeaderId);

            if (wire.Has(since: 7))
            {
                wire.Int32(ref LeaderEpoch);
            }

            wire.Array(ref ReplicaNodes);
            wire.Array(ref IsrNodes);

            if (wire.Has(since: 5))
            {
                wire.Array(ref OfflineReplicas);
            }

            wire.Tags(ref this);
        }
    }
}
