using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>ConsumerGroupTargetAssignmentMemberValue: the value of record type 7 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct ConsumerGroupTargetAssignmentMemberValue : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 7, First: 0, Last: 0, FlexibleSince: 0);

    public Seq<TopicPartition> TopicPartitions;

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
    public struct TopicPartition : IMessage
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
