using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 46, ListPartitionReassignments: List ongoing reassignments.</summary>
public struct ListPartitionReassignmentsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.ListPartitionReassignments, First: 0, Last: 0, FlexibleSince: 0);

    public int TimeoutMs = 60000;
    public Seq<ListPartitionReassignmentsTopics> Topics = Seq<ListPartitionReassignmentsTopics>.Null;

    /// <summary>All fields at their defaults.</summary>
    public ListPartitionReassignmentsRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref TimeoutMs);
        wire.Array(ref Topics, nullableSince: 0);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct ListPartitionReassignmentsTopics : IMessage
    {
        public Text Name;
        public Seq<int> PartitionIndexes;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Array(ref PartitionIndexes);
            wire.Tags(ref this);
        }
    }
}
