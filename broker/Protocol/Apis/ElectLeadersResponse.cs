using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to ElectLeaders (key 43).</summary>
public struct ElectLeadersResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Seq<ReplicaElectionResult> ReplicaElectionResults;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);

        if (wire.Has(since: 1))
        {
            wire.Int16(ref ErrorCode);
        }

        wire.Array(ref ReplicaElectionResults);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>replicaElectionResults</c>.</summary>
    public struct ReplicaElectionResult : IMessage
    {
        public Text Topic;
        public Seq<PartitionResult> PartitionResult;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Topic);
            wire.Array(ref PartitionResult);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitionResult</c>.</summary>
    public struct PartitionResult : IMessage
    {
        public int PartitionId;
        public short ErrorCode;
        public Text ErrorMessage;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionId);
            wire.Int16(ref ErrorCode);
            wire.String(ref ErrorMessage, nullableSince: 0);
            wire.Tags(ref this);
        }
    }
}
