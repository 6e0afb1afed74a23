using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 75, DescribeTopicPartitions: Paginated topic description incl. ELR and last-known ELR (KIP-966).</summary>
public struct DescribeTopicPartitionsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.DescribeTopicPartitions, First: 0, Last: 0, FlexibleSince: 0);

    public Seq<TopicRequest> Topics;
    public int ResponsePartitionLimit = 2000;
    public Optional<CursorData> Cursor;

    /// <summary>All fields at their defaults.</summary>
    public DescribeTopicPartitionsRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Topics);
        wire.Int32(ref ResponsePartitionLimit);
        wire.Struct(ref Cursor, nullableSince: 0);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct TopicRequest : IMessage
    {
        public Text Name;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Tags(ref this);
        }
    }

    /// <summary>The struct <c>cursor</c>.</summary>
    public struct CursorData : IMessage
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
