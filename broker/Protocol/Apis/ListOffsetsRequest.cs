using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 2, ListOffsets: Resolve offsets by timestamp or sentinel (-1 latest, -2 earliest, -3 max timestamp, -4 earliest local, -5 last tiered, -6 earliest pending upload v11); honours isolation level (LSO) v2+.</summary>
public struct ListOffsetsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.ListOffsets, First: 1, Last: 11, FlexibleSince: 6);

    public int ReplicaId;
    public sbyte IsolationLevel;
    public Seq<ListOffsetsTopic> Topics;
    public int TimeoutMs;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ReplicaId);

        if (wire.Has(since: 2))
        {
            wire.Int8(ref IsolationLevel);
        }

        wire.Array(ref Topics);

        if (wire.Has(since: 10))
        {
            wire.Int32(ref TimeoutMs);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct ListOffsetsTopic : IMessage
    {
        public Text Name;
        public Seq<ListOffsetsPartition> Partitions;

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
    public struct ListOffsetsPartition : IMessage
    {
        public int PartitionIndex;
        public int CurrentLeaderEpoch = -1;
        public long Timestamp;

        /// <summary>All fields at their defaults.</summary>
        public ListOffsetsPartition()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);

            if (wire.Has(since: 4))
            {
                wire.Int32(ref CurrentLeaderEpoch);
            }

            wire.Int64(ref Timestamp);
            wire.Tags(ref this);
        }
    }
}
