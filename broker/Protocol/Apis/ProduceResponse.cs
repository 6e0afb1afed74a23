using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to Produce (key 0).</summary>
public struct ProduceResponse : IMessage
{
    public Seq<TopicProduceResponse> Responses;
    public int ThrottleTimeMs;
    public Seq<NodeEndpoint> NodeEndpoints;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 1;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Responses);
        wire.Int32(ref ThrottleTimeMs);
        wire.Tags(ref this);
    }

    /// <inheritdoc/>
    public void WalkTag<TWire>(ref TWire wire, int tag)
        where TWire : struct, IWire, allows ref struct
    {
        switch (tag)
        {
            case 0:
                wire.Array(ref NodeEndpoints);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly bool HasTag(int tag, short version) => tag switch
    {
        0 => version >= 10,
        _ => false,
    };

    /// <inheritdoc/>
    public readonly bool IsTagDefault(int tag) => tag switch
    {
        0 => NodeEndpoints.Count == 0,
        _ => true,
    };

    /// <summary>One of <c>responses</c>.</summary>
    public struct TopicProduceResponse : IMessage
    {
        public Text Name;
        public Uuid TopicId;
        public Seq<PartitionProduceResponse> PartitionResponses;

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

            wire.Array(ref PartitionResponses);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitionResponses</c>.</summary>
    public struct PartitionProduceResponse : IMessage
    {
        public int Index;
        public short ErrorCode;
        public long BaseOffset;
        public long LogAppendTimeMs = -1;
        public long LogStartOffset = -1;
        public Seq<BatchIndexAndErrorMessage> RecordErrors;
        public Text ErrorMessage = Text.Null;
        public LeaderIdAndEpoch CurrentLeader = new();

        /// <summary>All fields at their defaults.</summary>
        public PartitionProduceResponse()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public readonly int TagCount => 1;

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref Index);
            wire.Int16(ref ErrorCode);
            wire.Int64(ref BaseOffset);
            wire.Int64(ref LogAppendTimeMs);

            if (wire.Has(since: 5))
            {
                wire.Int64(ref LogStartOffset);
            }

            if (wire.Has(since: 8))
            {
                wire.Array(ref RecordErrors);
                wire.String(ref ErrorMessage, nullableSince: 8);
            }

            wire.Tags(ref this);
        }

        /// <inheritdoc/>
        public void WalkTag<TWire>(ref TWire wire, int tag)
            where TWire : struct, IWire, allows ref struct
        {
            switch (tag)
            {
                case 0:
                    wire.Struct(ref CurrentLeader);
                    break;
            }
        }

        /// <inheritdoc/>
        public readonly bool HasTag(int tag, short version) => tag switch
        {
            0 => version >= 10,
            _ => false,
        };

        /// <inheritdoc/>
        public readonly bool IsTagDefault(int tag) => tag switch
        {
            0 => CurrentLeader.IsDefault,
            _ => true,
        };
    }

    /// <summary>One of <c>recordErrors</c>.</summary>
    public struct BatchIndexAndErrorMessage : IMessage
    {
        public int BatchIndex;
        public Text BatchIndexErrorMessage = Text.Null;

        /// <summary>All fields at their defaults.</summary>
        public BatchIndexAndErrorMessage()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 8))
            {
                wire.Int32(ref BatchIndex);
                wire.String(ref BatchIndexErrorMessage, nullableSince: 8);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>The struct <c>currentLeader</c>.</summary>
    public struct LeaderIdAndEpoch : IMessage
    {
        public int LeaderId = -1;
        public int LeaderEpoch = -1;

        /// <summary>All fields at their defaults.</summary>
        public LeaderIdAndEpoch()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <summary>Whether every field equals its default.</summary>
        internal readonly bool IsDefault => LeaderId == -1 && LeaderEpoch == -1;

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 10))
            {
                wire.Int32(ref LeaderId);
                wire.Int32(ref LeaderEpoch);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>nodeEndpoints</c>.</summary>
    public struct NodeEndpoint : IMessage
    {
        public int NodeId;
        public Text Host;
        public int Port;
        public Text Rack = Text.Null;

        /// <summary>All fields at their defaults.</summary>
        public NodeEndpoint()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 10))
            {
                wire.Int32(ref NodeId);
                wire.String(ref Host);
                wire.Int32(ref Port);
                wire.String(ref Rack, nullableSince: 10);
            }

            wire.Tags(ref this);
        }
    }
}
