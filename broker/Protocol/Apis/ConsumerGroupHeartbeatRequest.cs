using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 68, ConsumerGroupHeartbeat: Join, leave and reconcile by member epoch (KIP-848); v1 regular expressions and member ids of the client.</summary>
public struct ConsumerGroupHeartbeatRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.ConsumerGroupHeartbeat, First: 0, Last: 1, FlexibleSince: 0);

    public Text GroupId;
    public Text MemberId;
    public int MemberEpoch;
    public Text InstanceId = Text.Null;
    public Text RackId = Text.Null;
    public int RebalanceTimeoutMs = -1;
    public Seq<Text> SubscribedTopicNames = Seq<Text>.Null;
    public Text SubscribedTopicRegex = Text.Null;
    public Text ServerAssignor = Text.Null;
    public Seq<OwnedTopicPartitions> TopicPartitions = Seq<OwnedTopicPartitions>.Null;

    /// <summary>All fields at their defaults.</summary>
    public ConsumerGroupHeartbeatRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref GroupId);
        wire.String(ref MemberId);
        wire.Int32(ref MemberEpoch);
        wire.String(ref InstanceId, nullableSince: 0);
        wire.String(ref RackId, nullableSince: 0);
        wire.Int32(ref RebalanceTimeoutMs);
        wire.Array(ref SubscribedTopicNames, nullableSince: 0);

        if (wire.Has(since: 1))
        {
            wire.String(ref SubscribedTopicRegex, nullableSince: 1);
        }

        wire.String(ref ServerAssignor, nullableSince: 0);
        wire.Array(ref TopicPartitions, nullableSince: 0);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topicPartitions</c>.</summary>
    public struct OwnedTopicPartitions : IMessage
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
