using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 27, WriteTxnMarkers: Transaction coordinator to partition leader: write COMMIT or ABORT control batches; v2 carries the transaction version.</summary>
public struct WriteTxnMarkersRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.WriteTxnMarkers, First: 1, Last: 2, FlexibleSince: 1);

    public Seq<WritableTxnMarker> Markers;

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
    public struct WritableTxnMarker : IMessage
    {
        public long ProducerId;
        public short ProducerEpoch;
        public bool TransactionResult;
        public Seq<WritableTxnMarkerTopic> Topics;
        public int CoordinatorEpoch;
        public sbyte TransactionVersion;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int64(ref ProducerId);
            wire.Int16(ref ProducerEpoch);
            wire.Bool(ref TransactionResult);
            wire.Array(ref Topics);
            wire.Int32(ref CoordinatorEpoch);

            if (wire.Has(since: 2))
            {
                wire.Int8(ref TransactionVersion);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct WritableTxnMarkerTopic : IMessage
    {
        public Text Name;
        public Seq<int> PartitionIndexes;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Array(ref PartitionIndexes);
            wire.Tags(ref this);
        }
    }
}
