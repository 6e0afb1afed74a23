using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 45, AlterPartitionReassignments: change the replicas of partitions.</summary>
public struct AlterPartitionReassignmentsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.AlterPartitionReassignments, First: 0, Last: 1, FlexibleSince: 0);

    public int TimeoutMs = 60000;
    public bool AllowReplicationFactorChange = true;
    public Seq<ReassignableTopic> Topics;

    /// <summary>All fields at their defaults.</summary>
    public AlterPartitionReassignmentsRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref TimeoutMs);

        if (wire.Has(since: 1))
        {
            wire.Bool(ref AllowReplicationFactorChange);
        }

        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct ReassignableTopic : IMessage
    {
        public Text Name;
        public Seq<ReassignablePartition> Partitions;

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
    public struct ReassignablePartition : IMessage
    {
        public int PartitionIndex;
        public Seq<int> Replicas = Seq<int>.Null;

        /// <summary>All fields at their defaults.</summary>
        public ReassignablePartition()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Array(ref Replicas, nullableSince: 0);
            wire.Tags(ref this);
        }
    }
}
