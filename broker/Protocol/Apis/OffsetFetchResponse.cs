using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to OffsetFetch (key 9).</summary>
public struct OffsetFetchResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<OffsetFetchResponseTopic> Topics;
    public short ErrorCode;
    public Seq<OffsetFetchResponseGroup> Groups;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 3))
        {
            wire.Int32(ref ThrottleTimeMs);
        }

        if (wire.Has(since: 1, until: 7))
        {
            wire.Array(ref Topics);
        }

        if (wire.Has(since: 2, until: 7))
        {
            wire.Int16(ref ErrorCode);
        }

        if (wire.Has(since: 8))
        {
            wire.Array(ref Groups);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct OffsetFetchResponseTopic : IMessage
    {
        public Text Name;
        public Seq<OffsetFetchResponsePartition> Partitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 1, until: 7))
            {
                wire.String(ref Name);
                wire.Array(ref Partitions);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitions</c>.</summary>
    public struct OffsetFetchResponsePartition : IMessage
    {
        public int PartitionIndex;
        public long CommittedOffset;
        public int CommittedLeaderEpoch = -1;
        public Text Metadata;
        public short ErrorCode;

        /// <summary>All fields at their defaults.</summary>
        public OffsetFetchResponsePartition()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 1, until: 7))
            {
                wire.Int32(ref PartitionIndex);
                wire.Int64(ref CommittedOffset);
            }

            if (wire.Has(since: 5, until: 7))
            {
                wire.Int32(ref CommittedLeaderEpoch);
            }

            if (wire.Has(since: 1, until: 7))
            {
                wire.String(ref Metadata, nullableSince: 1);
                wire.Int16(ref ErrorCode);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>groups</c>.</summary>
    public struct OffsetFetchResponseGroup : IMessage
    {
        public Text GroupId;
        public Seq<OffsetFetchResponseTopics> Topics;
        public short ErrorCode;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 8))
            {
                wire.String(ref GroupId);
                wire.Array(ref Topics);
                wire.Int16(ref ErrorCode);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct OffsetFetchResponseTopics : IMessage
    {
        public Text Name;
        public Uuid TopicId;
        public Seq<OffsetFetchResponsePartitions> Partitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 8, until: 9))
            {
                wire.String(ref Name);
            }

            if (wire.Has(since: 10))
            {
                wire.Uuid(ref TopicId);
            }

            if (wire.Has(since: 8))
            {
                wire.Array(ref Partitions);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitions</c>.</summary>
    public struct OffsetFetchResponsePartitions : IMessage
    {
        public int PartitionIndex;
        public long CommittedOffset;
        public int CommittedLeaderEpoch = -1;
        public Text Metadata;
        public short ErrorCode;

        /// <summary>All fields at their defaults.</summary>
        public OffsetFetchResponsePartitions()
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
                wire.Int32(ref PartitionIndex);
                wire.Int64(ref CommittedOffset);
                wire.Int32(ref CommittedLeaderEpoch);
                wire.String(ref Metadata, nullableSince: 8);
                wire.Int16(ref ErrorCode);
            }

            wire.Tags(ref this);
        }
    }
}
