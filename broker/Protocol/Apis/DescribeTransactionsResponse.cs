using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to DescribeTransactions (key 65).</summary>
public struct DescribeTransactionsResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<DescribedTransaction> TransactionStates;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref TransactionStates);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>transactionStates</c>.</summary>
    public struct DescribedTransaction : IMessage
    {
        public short ErrorCode;
        public Text TransactionalId;
        public Text TransactionState;
        public int TransactionTimeoutMs;
        public long TransactionStartTimeMs;
        public long ProducerId;
        public short ProducerEpoch;
        public Seq<TopicData> Topics;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ErrorCode);
            wire.String(ref TransactionalId);
            wire.String(ref TransactionState);
            wire.Int32(ref TransactionTimeoutMs);
            wire.Int64(ref TransactionStartTimeMs);
            wire.Int64(ref ProducerId);
            wire.Int16(ref ProducerEpoch);
            wire.Array(ref Topics);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct TopicData : IMessage
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
