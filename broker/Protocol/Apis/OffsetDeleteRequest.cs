using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 47, OffsetDelete: Delete committed offsets of topics that a group does not subscribe to.</summary>
public struct OffsetDeleteRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.OffsetDelete, First: 0, Last: 0, FlexibleSince: 1);

    public Text GroupId;
    public Seq<OffsetDeleteRequestTopic> Topics;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref GroupId);
        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct OffsetDeleteRequestTopic : IMessage
    {
        public Text Name;
        public Seq<OffsetDeleteRequestPartition> Partitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Array(ref Partitions);
            wire.Tags(ref this);
        }

        /// <summary>One of <c>partitions</c>.</summary>
        public struct OffsetDeleteRequestPartition : IMessage
        {
            public int PartitionIndex;

            /// <inheritdoc/>
            public UnknownTags? UnknownTags { get; set; }

            /// <inheritdoc/>
            public void Walk<TWire>(ref TWire wire)
                where TWire : struct, IWire, allows ref struct
            {
                wire.Int32(ref PartitionIndex);
                wire.Tags(ref this);
            }
        }
    }
}
