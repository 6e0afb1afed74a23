using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to AlterReplicaLogDirs (key 34).</summary>
public struct AlterReplicaLogDirsResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<AlterReplicaLogDirTopicResult> Results;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Results);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>results</c>.</summary>
    public struct AlterReplicaLogDirTopicResult : IMessage
    {
        public Text TopicName;
        public Seq<AlterReplicaLogDirPartitionResult> Partitions;

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

    /// <summary>One of <c>partitions</c>.</summary>
    public struct AlterReplicaLogDirPartitionResult : IMessage
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
