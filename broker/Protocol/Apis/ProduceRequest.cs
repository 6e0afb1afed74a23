using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 0, Produce: Append record batches to partitions (acks 0/1/-1); acks=0 gets no response at all; v13 names topics by id.</summary>
public struct ProduceRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.Produce, First: 3, Last: 13, FlexibleSince: 9);

    public Text TransactionalId = Text.Null;
    public short Acks;
    public int TimeoutMs;
    public Seq<TopicProduceData> TopicData;

    /// <summary>All fields at their defaults.</summary>
    public ProduceRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref TransactionalId, nullableSince: 3);
        wire.Int16(ref Acks);
        wire.Int32(ref TimeoutMs);
        wire.Array(ref TopicData);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topicData</c>.</summary>
    public struct TopicProduceData : IMessage
    {
        public Text Name;
        public Uuid TopicId;
        public Seq<PartitionProduceData> PartitionData;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 3, until: 12))
            {
                wire.String(ref Name);
            }

            if (wire.Has(since: 13))
            {
                wire.Uuid(ref TopicId);
            }

            wire.Array(ref PartitionData);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitionData</c>.</summary>
    public struct PartitionProduceData : IMessage
    {
        public int Index;
        public RecordData Records = RecordData.Null;

        /// <summary>All fields at their defaults.</summary>
        public PartitionProduceData()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref Index);
            wire.Records(ref Records, nullableSince: 3);
            wire.Tags(ref this);
        }
    }
}
