using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Control;

/// <summary>ConsumerProtocolSubscription, as control records and embedded protocols carry it.</summary>
public struct ConsumerProtocolSubscription : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: -1, First: 0, Last: 3, FlexibleSince: 4);

    public Seq<Text> Topics;
    public Blob UserData = Blob.Null;
    public Seq<TopicPartition> OwnedPartitions;
    public int GenerationId = -1;
    public Text RackId = Text.Null;

    /// <summary>All fields at their defaults.</summary>
    public ConsumerProtocolSubscription()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Topics);
        wire.Bytes(ref UserData, nullableSince: 0);

        if (wire.Has(since: 1))
        {
            wire.Array(ref OwnedPartitions);
        }

        if (wire.Has(since: 2))
        {
            wire.Int32(ref GenerationId);
        }

        if (wire.Has(since: 3))
        {
            wire.String(ref RackId, nullableSince: 3);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>ownedPartitions</c>.</summary>
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
            if (wire.Has(since: 1))
            {
                wire.String(ref Topic);
                wire.Array(ref Partitions);
            }

            wire.Tags(ref this);
        }
    }
}
