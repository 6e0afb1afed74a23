using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to DescribeQuorum (key 55).</summary>
public struct DescribeQuorumResponse : IMessage
{
    public short ErrorCode;
    public Text ErrorMessage;
    public Seq<TopicData> Topics;
    public Seq<Node> Nodes;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int16(ref ErrorCode);

        if (wire.Has(since: 2))
        {
            wire.String(ref ErrorMessage, nullableSince: 2);
        }

        wire.Array(ref Topics);

        if (wire.Has(since: 2))
        {
            wire.Array(ref Nodes);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct TopicData : IMessage
    {
        public Text TopicName;
        public Seq<PartitionData> Partitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref TopicName);
            wire.Array(ref Partitions);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>nodes</c>.</summary>
    public struct Node : IMessage
    {
        public int NodeId;
        public Seq<Listener> Listeners;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref NodeId);
            wire.Array(ref Listeners);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitions</c>.</summary>
    public struct PartitionData : IMessage
    {
        public int PartitionIndex;
        public short ErrorCode;
        public Text ErrorMessage;
        public int LeaderId;
        public int LeaderEpoch;
        public long HighWatermark;
        public Seq<ReplicaState> CurrentVoters;
        public Seq<ReplicaState> Observers;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Int16(ref ErrorCode);

            if (wire.Has(since: 2))
            {
                wire.String(ref ErrorMessage, nullableSince: 2);
            }

            wire.Int32(ref LeaderId);
            wire.Int32(ref LeaderEpoch);
            wire.Int64(ref HighWatermark);
            wire.Array(ref CurrentVoters);
            wire.Array(ref Observers);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>listeners</c>.</summary>
    public struct Listener : IMessage
    {
        public Text Name;
        public Text Host;
        public ushort Port;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.String(ref Host);
            wire.UInt16(ref Port);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>currentVoters</c>.</summary>
    public struct ReplicaState : IMessage
    {
        public int ReplicaId;
        public Uuid ReplicaDirectoryId;
        public long LogEndOffset;
        public long LastFetchTimestamp = -1;
        public long LastCaughtUpTimestamp = -1;

        /// <summary>All fields at their defaults.</summary>
        public ReplicaState()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref ReplicaId);

            if (wire.Has(since: 2))
            {
                wire.Uuid(ref ReplicaDirectoryId);
            }

            wire.Int64(ref LogEndOffset);

            if (wire.Has(since: 1))
            {
                wire.Int64(ref LastFetchTimestamp);
                wire.Int64(ref LastCaughtUpTimestamp);
            }

            wire.Tags(ref this);
        }
    }
}
