using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to WriteTxnMarkers (key 27).</summary>
public struct WriteTxnMarkersResponse : IMessage
{
    public Seq<WritableTxnMarkerResult> Markers;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Markers);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>markers</c>.</summary>
    public struct WritableTxnMarkerResult : IMessage
    {
        public long ProducerId;
        public Seq<WritableTxnMarkerTopicResult> Topics;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int64(ref ProducerId);
            wire.Array(ref Topics);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct WritableTxnMarkerTopicResult : IMessage
    {
        public Text Name;
        public Seq<WritableTxnMarkerPartitionResult> Partitions;

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
    public struct WritableTxnMarkerPartitionResult : IMessage
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
