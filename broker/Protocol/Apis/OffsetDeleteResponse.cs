using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to OffsetDelete (key 47).</summary>
public struct OffsetDeleteResponse : IMessage
{
    public short ErrorCode;
    public int ThrottleTimeMs;
    public Seq<OffsetDeleteResponseTopic> Topics;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int16(ref ErrorCode);
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct OffsetDeleteResponseTopic : IMessage
    {
        public Text Name;
        public Seq<OffsetDeleteResponsePartition> Partitions;

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
        public struct OffsetDeleteResponsePartition : IMessage
        {
            public int PartitionIndex;
            public short ErrorCode;

            /// <inheritdoc/>
            public UnknownTags? UnknownTags { get; set; }

            /// <inheritdoc/>
            public void Walk<TWire>(ref TWire wire)
                where TWire : struct, IWire, allows ref struct
            {
                wire.Int32(ref PartitionIndex);
                wire.Int16(ref ErrorCode);
                wire.Tags(ref this);
            }
        }
    }
}
