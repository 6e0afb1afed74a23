using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 24, AddPartitionsToTxn: Add partitions to a transaction; v4 is batched and for brokers, with a verify-only flag (KIP-890).</summary>
public struct AddPartitionsToTxnRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.AddPartitionsToTxn, First: 0, Last: 5, FlexibleSince: 3);

    public Seq<AddPartitionsToTxnTransaction> Transactions;
    public Text V3AndBelowTransactionalId;
    public long V3AndBelowProducerId;
    public short V3AndBelowProducerEpoch;
    public Seq<AddPartitionsToTxnTopic> V3AndBelowTopics;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 4))
        {
            wire.Array(ref Transactions);
        }

        if (wire.Has(since: 0, until: 3))
        {
            wire.String(ref V3AndBelowTransactionalId);
            wire.Int64(ref V3AndBelowProducerId);
            wire.Int16(ref V3AndBelowProducerEpoch);
            wire.Array(ref V3AndBelowTopics);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>transactions</c>.</summary>
    public struct AddPartitionsToTxnTransaction : IMessage
    {
        public Text TransactionalId;
        public long ProducerId;
        public short ProducerEpoch;
        public bool VerifyOnly;
        public Seq<AddPartitionsToTxnTopic> Topics;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref TransactionalId);
            wire.Int64(ref ProducerId);
            wire.Int16(ref ProducerEpoch);
            wire.Bool(ref VerifyOnly);
            wire.Array(ref Topics);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>v3AndBelowTopics</c>.</summary>
    public struct AddPartitionsToTxnTopic : IMessage
    {
        public Text Name;
        public Seq<int> Partitions;

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
}
