using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 28, TxnOffsetCommit: Commit offsets within a transaction; v3 names the member (KIP-447), v5 adds the group implicitly (KIP-890).</summary>
public struct TxnOffsetCommitRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.TxnOffsetCommit, First: 0, Last: 5, FlexibleSince: 3);

    public Text TransactionalId;
    public Text GroupId;
    public long ProducerId;
    public short ProducerEpoch;
    public int GenerationId = -1;
    public Text MemberId;
    public Text GroupInstanceId = Text.Null;
    public Seq<TxnOffsetCommitRequestTopic> Topics;

    /// <summary>All fields at their defaults.</summary>
    public TxnOffsetCommitRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref TransactionalId);
        wire.String(ref GroupId);
        wire.Int64(ref ProducerId);
        wire.Int16(ref ProducerEpoch);

        if (wire.Has(since: 3))
        {
            wire.Int32(ref GenerationId);
            wire.String(ref MemberId);
            wire.String(ref GroupInstanceId, nullableSince: 3);
        }

        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct TxnOffsetCommitRequestTopic : IMessage
    {
        public Text Name;
        public Seq<TxnOffsetCommitRequestPartition> Partitions;

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
    public struct TxnOffsetCommitRequestPartition : IMessage
    {
        public int PartitionIndex;
        public long CommittedOffset;
        public int CommittedLeaderEpoch = -1;
        public Text CommittedMetadata;

        /// <summary>All fields at their defaults.</summary>
        public TxnOffsetCommitRequestPartition()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Int64(ref CommittedOffset);

            if (wire.Has(since: 2))
            {
                wire.Int32(ref CommittedLeaderEpoch);
            }

            wire.String(ref CommittedMetadata, nullableSince: 0);
            wire.Tags(ref this);
        }
    }
}
