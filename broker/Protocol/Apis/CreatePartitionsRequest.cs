using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 37, CreatePartitions: add partitions to topics.</summary>
public struct CreatePartitionsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.CreatePartitions, First: 0, Last: 3, FlexibleSince: 2);

    public Seq<CreatePartitionsTopic> Topics;
    public int TimeoutMs;
    public bool ValidateOnly;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Topics);
        wire.Int32(ref TimeoutMs);
        wire.Bool(ref ValidateOnly);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct CreatePartitionsTopic : IMessage
    {
        public Text Name;
        public int Count;
        public Seq<CreatePartitionsAssignment> Assignments;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Int32(ref Count);
            wire.Array(ref Assignments, nullableSince: 0);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>assignments</c>.</summary>
    public struct CreatePartitionsAssignment : IMessage
    {
        public Seq<int> BrokerIds;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Array(ref BrokerIds);
            wire.Tags(ref this);
        }
    }
}
