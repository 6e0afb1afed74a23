using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to DescribeLogDirs (key 35).</summary>
public struct DescribeLogDirsResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Seq<DescribeLogDirsResult> Results;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);

        if (wire.Has(since: 3))
        {
            wire.Int16(ref ErrorCode);
        }

        wire.Array(ref Results);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>results</c>.</summary>
    public struct DescribeLogDirsResult : IMessage
    {
        public short ErrorCode;
        public Text LogDir;
        public Seq<DescribeLogDirsTopic> Topics;
        public long TotalBytes = -1;
        public long UsableBytes = -1;
        public bool IsCordoned;

        /// <summary>All fields at their defaults.</summary>
        public DescribeLogDirsResult()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ErrorCode);
            wire.String(ref LogDir);
            wire.Array(ref Topics);

            if (wire.Has(since: 4))
            {
                wire.Int64(ref TotalBytes);
                wire.Int64(ref UsableBytes);
            }

            if (wire.Has(since: 5))
            {
                wire.Bool(ref IsCordoned);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct DescribeLogDirsTopic : IMessage
    {
        public Text Name;
        public Seq<DescribeLogDirsPartition> Partitions;

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
    public struct DescribeLogDirsPartition : IMessage
    {
        public int PartitionIndex;
        public long PartitionSize;
        public long OffsetLag;
        public bool IsFutureKey;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Int64(ref PartitionSize);
            wire.Int64(ref OffsetLag);
            wire.Bool(ref IsFutureKey);
            wire.Tags(ref this);
        }
    }
}
