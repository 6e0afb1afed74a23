using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to AlterPartitionReassignments (key 45).</summary>
public struct AlterPartitionReassignmentsResponse : IMessage
{
    public int ThrottleTimeMs;
    public bool AllowReplicationFactorChange = true;
    public short ErrorCode;
    public Text ErrorMessage;
    public Seq<ReassignableTopicResponse> Responses;

    /// <summary>All fields at their defaults.</summary>
    public AlterPartitionReassignmentsResponse()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);

        if (wire.Has(since: 1))
        {
            wire.Bool(ref AllowReplicationFactorChange);
        }

        wire.Int16(ref ErrorCode);
        wire.String(ref ErrorMessage, nullableSince: 0);
        wire.Array(ref Responses);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>responses</c>.</summary>
    public struct ReassignableTopicResponse : IMessage
    {
        public Text Name;
        public Seq<ReassignablePartitionResponse> Partitions;

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
    public struct ReassignablePartitionResponse : IMessage
    {
        public int PartitionIndex;
        public short ErrorCode;
        public Text ErrorMessage;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Int16(ref ErrorCode);
            wire.String(ref ErrorMessage, nullableSince: 0);
            wire.Tags(ref this);
        }
    }
}
