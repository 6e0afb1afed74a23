using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to ListTransactions (key 66).</summary>
public struct ListTransactionsResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Seq<Text> UnknownStateFilters;
    public Seq<ListedTransaction> TransactionStates;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Int16(ref ErrorCode);
        wire.Array(ref UnknownStateFilters);
        wire.Array(ref TransactionStates);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>transactionStates</c>.</summary>
    public struct ListedTransaction : IMessage
    {
        public Text TransactionalId;
        public long ProducerId;
        public Text TransactionState;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref TransactionalId);
            wire.Int64(ref ProducerId);
            wire.String(ref TransactionState);
            wire.Tags(ref this);
        }
    }
}
