using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 43, ElectLeaders: elect leaders of partitions.</summary>
public struct ElectLeadersRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.ElectLeaders, First: 0, Last: 2, FlexibleSince: 2);

    public sbyte ElectionType;
    public Seq<ElectedTopic> TopicPartitions;
    public int TimeoutMs = 60000;

    /// <summary>All fields at their defaults.</summary>
    public ElectLeadersRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 1))
        {
            wire.Int8(ref ElectionType);
        }

        wire.Array(ref TopicPartitions, nullableSince: 0);
        wire.Int32(ref TimeoutMs);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topicPartitions</c>.</summary>
    public struct ElectedTopic : IMessage
    {
        public Text Topic;
        public Seq<int> Partitions;

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
}
