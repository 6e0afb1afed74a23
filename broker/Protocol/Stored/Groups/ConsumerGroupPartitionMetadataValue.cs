using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>ConsumerGroupPartitionMetadataValue: the value of record type 4 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct ConsumerGroupPartitionMetadataValue : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 4, First: 0, Last: 0, FlexibleSince: 0);

    public Seq<TopicMetadata> Topics;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct TopicMetadata : IMessage
    {
        public Uuid TopicId;
        public Text TopicName;
        public int NumPartitions;
        public Seq<PartitionRacks> PartitionMetadata;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Uuid(ref TopicId);
            wire.String(ref TopicName);
            wire.Int32(ref NumPartitions);
            wire.Array(ref PartitionMetadata);
            wire.Tags(ref this);
        }

        /// <summary>One of <c>partitionMetadata</c>.</summary>
        public struct PartitionRacks : IMessage
        {
            public int Partition;
            public Seq<Text> Racks;

            /// <inheritdoc/>
            public UnknownTags? UnknownTags { get; set; }

            /// <inheritdoc/>
            public void Walk<TWire>(ref TWire wire)
                where TWire : struct, IWire, allows ref struct
            {
                wire.Int32(ref Partition);
                wire.Array(ref Racks);
                wire.Tags(ref this);
            }
        }
    }
}
