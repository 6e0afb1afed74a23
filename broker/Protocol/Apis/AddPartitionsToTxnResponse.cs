using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to AddPartitionsToTxn (key 24).</summary>
public struct AddPartitionsToTxnResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Seq<AddPartitionsToTxnResult> ResultsByTransaction;
    public Seq<AddPartitionsToTxnTopicResult> ResultsByTopicV3AndBelow;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);

        if (wire.Has(since: 4))
        {
            wire.Int16(ref ErrorCode);
            wire.Array(ref ResultsByTransaction);
        }

        if (wire.Has(since: 0, until: 3))
        {
            wire.Array(ref ResultsByTopicV3AndBelow);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>resultsByTransaction</c>.</summary>
    public struct AddPartitionsToTxnResult : IMessage
    {
        public Text TransactionalId;
        public Seq<AddPartitionsToTxnTopicResult> TopicResults;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref TransactionalId);
            wire.Array(ref TopicResults);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>resultsByTopicV3AndBelow</c>.</summary>
    public struct AddPartitionsToTxnTopicResult : IMessage
    {
        public Text Name;
        public Seq<AddPartitionsToTxnPartitionResult> ResultsByPartition;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Array(ref ResultsByPartition);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>resultsByPartition</c>.</summary>
    public struct AddPartitionsToTxnPartitionResult : IMessage
    {
        public int PartitionIndex;
        public short PartitionErrorCode;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Int16(ref PartitionErrorCode);
            wire.Tags(ref this);
        }
    }
}
