using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to DescribeProducers (key 61).</summary>
public struct DescribeProducersResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<TopicResponse> Topics;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct TopicResponse : IMessage
    {
        public Text Name;
        public Seq<PartitionResponse> Partitions;

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
    public struct PartitionResponse : IMessage
    {
        public int PartitionIndex;
        public short ErrorCode;
        public Text ErrorMessage = Text.Null;
        public Seq<ProducerState> ActiveProducers;

        /// <summary>All fields at their defaults.</summary>
        public PartitionResponse()
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
            wire.String(ref ErrorMessage, nullableSince: 0);
            wire.Array(ref ActiveProducers);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>activeProducers</c>.</summary>
    public struct ProducerState : IMessage
    {
        public long ProducerId;
        public int ProducerEpoch;
        public int LastSequence = -1;
        public long LastTimestamp = -1;
        public int CoordinatorEpoch;
        public long CurrentTxnStartOffset = -1;

        /// <summary>All fields at their defaults.</summary>
        public ProducerState()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int64(ref ProducerId);
            wire.Int32(ref ProducerEpoch);
            wire.Int32(ref LastSequence);
            wire.Int64(ref LastTimestamp);
            wire.Int32(ref CoordinatorEpoch);
            wire.Int64(ref CurrentTxnStartOffset);
            wire.Tags(ref this);
        }
    }
}
