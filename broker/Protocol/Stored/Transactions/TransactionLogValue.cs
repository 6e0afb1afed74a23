using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Transactions;

/// <summary>TransactionLogValue: the value of the records of <c>__transaction_state</c>.</summary>
public struct TransactionLogValue : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 0, First: 0, Last: 1, FlexibleSince: 1);

    public long ProducerId;
    public long PreviousProducerId = -1;
    public long NextProducerId = -1;
    public short ProducerEpoch;
    public short NextProducerEpoch = -1;
    public int TransactionTimeoutMs;
    public sbyte TransactionStatus;
    public Seq<PartitionsSchema> TransactionPartitions;
    public long TransactionLastUpdateTimestampMs;
    public long TransactionStartTimestampMs;
    public short ClientTransactionVersion;

    /// <summary>All fields at their defaults.</summary>
    public TransactionLogValue()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 4;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int64(ref ProducerId);
        wire.Int16(ref ProducerEpoch);
        wire.Int32(ref TransactionTimeoutMs);
        wire.Int8(ref TransactionStatus);
        wire.Array(ref TransactionPartitions, nullableSince: 0);
        wire.Int64(ref TransactionLastUpdateTimestampMs);
        wire.Int64(ref TransactionStartTimestampMs);
        wire.Tags(ref this);
    }

    /// <inheritdoc/>
    public void WalkTag<TWire>(ref TWire wire, int tag)
        where TWire : struct, IWire, allows ref struct
    {
        switch (tag)
        {
            case 0:
                wire.Int64(ref PreviousProducerId);
                break;
            case 1:
                wire.Int64(ref NextProducerId);
                break;
            case 2:
                wire.Int16(ref ClientTransactionVersion);
                break;
            case 3:
                wire.Int16(ref NextProducerEpoch);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly bool HasTag(int tag, short version) => tag switch
    {
        0 => version >= 1,
        1 => version >= 1,
        2 => version >= 1,
        3 => version >= 1,
        _ => false,
    };

    /// <inheritdoc/>
    public readonly bool IsTagDefault(int tag) => tag switch
    {
        0 => PreviousProducerId == -1,
        1 => NextProducerId == -1,
        2 => ClientTransactionVersion == 0,
        3 => NextProducerEpoch == -1,
        _ => true,
    };

    /// <summary>One of <c>transactionPartitions</c>.</summary>
    public struct PartitionsSchema : IMessage
    {
        public Text Topic;
        public Seq<int> PartitionIds;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Topic);
            wire.Array(ref PartitionIds);
            wire.Tags(ref this);
        }
    }
}
