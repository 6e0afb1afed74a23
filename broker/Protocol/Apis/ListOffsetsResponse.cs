using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to ListOffsets (key 2).</summary>
public struct ListOffsetsResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<ListOffsetsTopicResponse> Topics;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 2))
        {
            wire.Int32(ref ThrottleTimeMs);
        }

        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct ListOffsetsTopicResponse : IMessage
    {
        public Text Name;
        public Seq<ListOffsetsPartitionResponse> Partitions;

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
    }

    /// <summary>One of <c>partitions</c>.</summary>
    public struct ListOffsetsPartitionResponse : IMessage
    {
        public int PartitionIndex;
        public short ErrorCode;
        public long Timestamp = -1;
        public long Offset = -1;
        public int LeaderEpoch = -1;

        /// <summary>All fields at their defaults.</summary>
        public ListOffsetsPartitionResponse()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Int16(ref ErrorCode);
            wire.Int64(ref Timestamp);
            wire.Int64(ref Offset);

            if (wire.Has(since: 4))
            {
                wire.Int32(ref LeaderEpoch);
            }

            wire.Tags(ref this);
        }
    }
}
