using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Control;

/// <summary>ConsumerProtocolAssignment, as control records and embedded protocols carry it.</summary>
public struct ConsumerProtocolAssignment : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: -1, First: 0, Last: 3, FlexibleSince: 4);

    public Seq<TopicPartition> AssignedPartitions;
    public Blob UserData = Blob.Null;

    /// <summary>All fields at their defaults.</summary>
    public ConsumerProtocolAssignment()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref AssignedPartitions);
        wire.Bytes(ref UserData, nullableSince: 0);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>assignedPartitions</c>.</summary>
    public struct TopicPartition : IMessage
    {
        public Text Topic;
        public Seq<int> Partitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Topic);
            wire.Array(ref Partitions);
            wire.Tags(ref this);
        }
    }
}
