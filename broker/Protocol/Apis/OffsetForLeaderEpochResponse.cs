using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to OffsetForLeaderEpoch (key 23).</summary>
public struct OffsetForLeaderEpochResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<OffsetForLeaderTopicResult> Topics;

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
    public struct OffsetForLeaderTopicResult : IMessage
    {
        public Text Topic;
        public Seq<EpochEndOffset> Partitions;

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
    public struct EpochEndOffset : IMessage
    {
        public short ErrorCode;
        public int Partition;
        public int LeaderEpoch = -1;
        public long EndOffset = -1;

        /// <summary>All fields at their defaults.</summary>
        public EpochEndOffset()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ErrorCode);
            wire.Int32(ref Partition);
            wire.Int32(ref LeaderEpoch);
            wire.Int64(ref EndOffset);
            wire.Tags(ref this);
        }
    }
}
