using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to ListPartitionReassignments (key 46).</summary>
public struct ListPartitionReassignmentsResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Text ErrorMessage;
    public Seq<OngoingTopicReassignment> Topics;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Int16(ref ErrorCode);
        wire.String(ref ErrorMessage, nullableSince: 0);
        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct OngoingTopicReassignment : IMessage
    {
        public Text Name;
        public Seq<OngoingPartitionReassignment> Partitions;

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
    public struct OngoingPartitionReassignment : IMessage
    {
        public int PartitionIndex;
        public Seq<int> Replicas;
        public Seq<int> AddingReplicas;
        public Seq<int> RemovingReplicas;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Array(ref Replicas);
            wire.Array(ref AddingReplicas);
            wire.Array(ref RemovingReplicas);
            wire.Tags(ref this);
        }
    }
}
