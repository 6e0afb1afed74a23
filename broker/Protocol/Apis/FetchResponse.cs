using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to Fetch (key 1).</summary>
public struct FetchResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public int SessionId;
    public Seq<FetchableTopicResponse> Responses;
    public Seq<NodeEndpoint> NodeEndpoints;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 1;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);

        if (wire.Has(since: 7))
        {
            wire.Int16(ref ErrorCode);
            wire.Int32(ref SessionId);
        }

        wire.Array(ref Responses);
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
        0 => version >= 16,
        _ => false,
    };

    /// <inheritdoc/>
    public readonly bool IsTagDefault(int tag) => tag switch
    {
        0 => NodeEndpoints.Count == 0,
        _ => true,
    };

    /// <summary>One of <c>responses</c>.</summary>
    public struct FetchableTopicResponse : IMessage
    {
        public Text Topic;
        public Uuid TopicId;
        public Seq<PartitionData> Partitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 4, until: 12))
            {
                wire.String(ref Topic);
            }

            if (wire.Has(since: 13))
            {
                wire.Uuid(ref TopicId);
            }

            wire.Array(ref Partitions);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitions</c>.</summary>
    public struct PartitionData : IMessage
    {
        public int PartitionIndex;
        public short ErrorCode;
        public long HighWatermark;
        public long LastStableOffset = -1;
        public long LogStartOffset = -1;
        public EpochEndOffset DivergingEpoch = new();
        public LeaderIdAndEpoch CurrentLeader = new();
        public SnapshotId SnapshotId = new();
        public Seq<AbortedTransaction> AbortedTransactions;
        public int PreferredReadReplica = -1;
        public RecordData Records = RecordData.Null;

        /// <summary>All fields at their defaults.</summary>
        public PartitionData()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public readonly int TagCount => 3;

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Int16(ref ErrorCode);
            wire.Int64(ref HighWatermark);
            wire.Int64(ref LastStableOffset);

            if (wire.Has(since: 5))
            {
                wire.Int64(ref LogStartOffset);
            }

            wire.Array(ref AbortedTransactions, nullableSince: 4);

            if (wire.Has(since: 11))
            {
                wire.Int32(ref PreferredReadReplica);
            }

            wire.Records(ref Records, nullableSince: 4);
            wire.Tags(ref this);
        }

        /// <inheritdoc/>
        public void WalkTag<TWire>(ref TWire wire, int tag)
            where TWire : struct, IWire, allows ref struct
        {
            switch (tag)
            {
                case 0:
                    wire.Struct(ref DivergingEpoch);
                    break;
                case 1:
                    wire.Struct(ref CurrentLeader);
                    break;
                case 2:
                    wire.Struct(ref SnapshotId);
                    break;
            }
        }

        /// <inheritdoc/>
        public readonly bool HasTag(int tag, short version) => tag switch
        {
            0 => version >= 12,
            1 => version >= 12,
            2 => version >= 12,
            _ => false,
        };

        /// <inheritdoc/>
        public readonly bool IsTagDefault(int tag) => tag switch
        {
            0 => DivergingEpoch.IsDefault,
            1 => CurrentLeader.IsDefault,
            2 => SnapshotId.IsDefault,
            _ => true,
        };
    }

    /// <summary>The struct <c>divergingEpoch</c>.</summary>
    public struct EpochEndOffset : IMessage
    {
        public int Epoch = -1;
        public long EndOffset = -1;

        /// <summary>All fields at their defaults.</summary>
        public EpochEndOffset()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <summary>Whether every field equals its default.</summary>
        internal readonly bool IsDefault => Epoch == -1 && EndOffset == -1;

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 12))
            {
                wire.Int32(ref Epoch);
                wire.Int64(ref EndOffset);
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
            if (wire.Has(since: 12))
            {
                wire.Int32(ref LeaderId);
                wire.Int32(ref LeaderEpoch);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>The struct <c>snapshotId</c>.</summary>
    public struct SnapshotId : IMessage
    {
        public long EndOffset = -1;
        public int Epoch = -1;

        /// <summary>All fields at their defaults.</summary>
        public SnapshotId()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <summary>Whether every field equals its default.</summary>
        internal readonly bool IsDefault => EndOffset == -1 && Epoch == -1;

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 12))
            {
                wire.Int64(ref EndOffset);
                wire.Int32(ref Epoch);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>abortedTransactions</c>.</summary>
    public struct AbortedTransaction : IMessage
    {
        public long ProducerId;
        public long FirstOffset;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int64(ref ProducerId);
            wire.Int64(ref FirstOffset);
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
            if (wire.Has(since: 16))
            {
                wire.Int32(ref NodeId);
                wire.String(ref Host);
                wire.Int32(ref Port);
                wire.String(ref Rack, nullableSince: 16);
            }

            wire.Tags(ref this);
        }
    }
}
