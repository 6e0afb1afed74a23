using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 23, OffsetForLeaderEpoch: End offset of a leader epoch for truncation detection (consumer KIP-320 and follower).</summary>
public struct OffsetForLeaderEpochRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.OffsetForLeaderEpoch, First: 2, Last: 4, FlexibleSince: 4);

    public int ReplicaId = -2;
    public Seq<OffsetForLeaderTopic> Topics;

    /// <summary>All fields at their defaults.</summary>
    public OffsetForLeaderEpochRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 3))
        {
            wire.Int32(ref ReplicaId);
        }

        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct OffsetForLeaderTopic : IMessage
    {
        public Text Topic;
        public Seq<OffsetForLeaderPartition> Partitions;

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

    /// <summary>One of <c>partitions</c>.</summary>
    public struct OffsetForLeaderPartition : IMessage
    {
        public int Partition;
        public int CurrentLeaderEpoch = -1;
        public int LeaderEpoch;

        /// <summary>All fields at their defaults.</summary>
        public OffsetForLeaderPartition()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref Partition);
            wire.Int32(ref CurrentLeaderEpoch);
            wire.Int32(ref LeaderEpoch);
            wire.Tags(ref this);
        }
    }
}
