using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to ConsumerGroupHeartbeat (key 68).</summary>
public struct ConsumerGroupHeartbeatResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Text ErrorMessage = Text.Null;
    public Text MemberId = Text.Null;
    public int MemberEpoch;
    public int HeartbeatIntervalMs;
    public Optional<MemberAssignment> Assignment;

    /// <summary>All fields at their defaults.</summary>
    public ConsumerGroupHeartbeatResponse()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Int16(ref ErrorCode);
        wire.String(ref ErrorMessage, nullableSince: 0);
        wire.String(ref MemberId, nullableSince: 0);
        wire.Int32(ref MemberEpoch);
        wire.Int32(ref HeartbeatIntervalMs);
        wire.Struct(ref Assignment, nullableSince: 0);
        wire.Tags(ref this);
    }

    /// <summary>The struct <c>assignment</c>.</summary>
    public struct MemberAssignment : IMessage
    {
        public Seq<AssignedTopicPartitions> TopicPartitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Array(ref TopicPartitions);
            wire.Tags(ref this);
        }

        /// <summary>One of <c>topicPartitions</c>.</summary>
        public struct AssignedTopicPartitions : IMessage
        {
            public Uuid TopicId;
            public Seq<int> Partitions;

            /// <inheritdoc/>
            public UnknownTags? UnknownTags { get; set; }

            /// <inheritdoc/>
            public void Walk<TWire>(ref TWire wire)
                where TWire : struct, IWire, allows ref struct
            {
                wire.Uuid(ref TopicId);
                wire.Array(ref Partitions);
                wire.Tags(ref this);
            }
        }
    }
}
