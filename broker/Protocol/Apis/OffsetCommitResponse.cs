using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to OffsetCommit (key 8).</summary>
public struct OffsetCommitResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<OffsetCommitResponseTopic> Topics;

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

        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct OffsetCommitResponseTopic : IMessage
    {
        public Text Name;
        public Uuid TopicId;
        public Seq<OffsetCommitResponsePartition> Partitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 2, until: 9))
            {
                wire.String(ref Name);
            }

            if (wire.Has(since: 10))
            {
                wire.Uuid(ref TopicId);
            }

            wire.Array(ref Partitions);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitions</c>.</summary>
    public struct OffsetCommitResponsePartition : IMessage
    {
        public int PartitionIndex;
        public short ErrorCode;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Int16(ref ErrorCode);
            wire.Tags(ref this);
        }
    }
}
