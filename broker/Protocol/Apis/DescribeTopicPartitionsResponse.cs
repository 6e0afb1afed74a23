using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to DescribeTopicPartitions (key 75).</summary>
public struct DescribeTopicPartitionsResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<DescribeTopicPartitionsResponseTopic> Topics;
    public Optional<Cursor> NextCursor;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Topics);
        wire.Struct(ref NextCursor, nullableSince: 0);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct DescribeTopicPartitionsResponseTopic : IMessage
    {
        public short ErrorCode;
        public Text Name;
        public Uuid TopicId;
        public bool IsInternal;
        public Seq<DescribeTopicPartitionsResponsePartition> Partitions;
        public int TopicAuthorizedOperations = int.MinValue;

        /// <summary>All fields at their defaults.</summary>
        public DescribeTopicPartitionsResponseTopic()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ErrorCode);
            wire.String(ref Name, nullableSince: 0);
            wire.Uuid(ref TopicId);
            wire.Bool(ref IsInternal);
            wire.Array(ref Partitions);
            wire.Int32(ref TopicAuthorizedOperations);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitions</c>.</summary>
    public struct DescribeTopicPartitionsResponsePartition : IMessage
    {
        public short ErrorCode;
        public int PartitionIndex;
        public int LeaderId;
        public int LeaderEpoch = -1;
        public Seq<int> ReplicaNodes;
        public Seq<int> IsrNodes;
        public Seq<int> EligibleLeaderReplicas = Seq<int>.Null;
        public Seq<int> LastKnownElr = Seq<int>.Null;
        public Seq<int> OfflineReplicas;

        /// <summary>All fields at their defaults.</summary>
        public DescribeTopicPartitionsResponsePartition()
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
            wire.Int32(ref LeaderEpoch);
            wire.Array(ref ReplicaNodes);
            wire.Array(ref IsrNodes);
            wire.Array(ref EligibleLeaderReplicas, nullableSince: 0);
            wire.Array(ref LastKnownElr, nullableSince: 0);
            wire.Array(ref OfflineReplicas);
            wire.Tags(ref this);
        }
    }

    /// <summary>The struct <c>nextCursor</c>.</summary>
    public struct Cursor : IMessage
    {
        public Text TopicName;
        public int PartitionIndex;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref TopicName);
            wire.Int32(ref PartitionIndex);
            wire.Tags(ref this);
        }
    }
}
