using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to ConsumerGroupDescribe (key 69).</summary>
public struct ConsumerGroupDescribeResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<DescribedGroup> Groups;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Groups);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>groups</c>.</summary>
    public struct DescribedGroup : IMessage
    {
        public short ErrorCode;
        public Text ErrorMessage = Text.Null;
        public Text GroupId;
        public Text GroupState;
        public int GroupEpoch;
        public int AssignmentEpoch;
        public Text AssignorName;
        public Seq<Member> Members;
        public int AuthorizedOperations = int.MinValue;

        /// <summary>All fields at their defaults.</summary>
        public DescribedGroup()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ErrorCode);
            wire.String(ref ErrorMessage, nullableSince: 0);
            wire.String(ref GroupId);
            wire.String(ref GroupState);
            wire.Int32(ref GroupEpoch);
            wire.Int32(ref AssignmentEpoch);
            wire.String(ref AssignorName);
            wire.Array(ref Members);
            wire.Int32(ref AuthorizedOperations);
            wire.Tags(ref this);
        }

        /// <summary>One of <c>members</c>.</summary>
        public struct Member : IMessage
        {
            public Text MemberId;
            public Text InstanceId = Text.Null;
            public Text RackId = Text.Null;
            public int MemberEpoch;
            public Text ClientId;
            public Text ClientHost;
            public Seq<Text> SubscribedTopicNames;
            public Text SubscribedTopicRegex = Text.Null;
            public MemberAssignment Assignment;
            public MemberAssignment TargetAssignment;
            public sbyte MemberType = -1;

            /// <summary>All fields at their defaults.</summary>
            public Member()
            {
            }

            /// <inheritdoc/>
            public UnknownTags? UnknownTags { get; set; }

            /// <inheritdoc/>
            public void Walk<TWire>(ref TWire wire)
                where TWire : struct, IWire, allows ref struct
            {
                wire.String(ref MemberId);
                wire.String(ref InstanceId, nullableSince: 0);
                wire.String(ref RackId, nullableSince: 0);
                wire.Int32(ref MemberEpoch);
                wire.String(ref ClientId);
                wire.String(ref ClientHost);
                wire.Array(ref SubscribedTopicNames);
                wire.String(ref SubscribedTopicRegex, nullableSince: 0);
                wire.Struct(ref Assignment);
                wire.Struct(ref TargetAssignment);

                if (wire.Has(since: 1))
                {
                    wire.Int8(ref MemberType);
                }

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
                    public Text TopicName;
                    public Seq<int> Partitions;

                    /// <inheritdoc/>
                    public UnknownTags? UnknownTags { get; set; }

                    /// <inheritdoc/>
                    public void Walk<TWire>(ref TWire wire)
                        where TWire : struct, IWire, allows ref struct
                    {
                        wire.Uuid(ref TopicId);
                        wire.String(ref TopicName);
                        wire.Array(ref Partitions);
                        wire.Tags(ref this);
                    }
                }
            }
        }
    }
}
