using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 9, OffsetFetch: Fetch committed offsets (batched groups v8+; require-stable v7+; member epoch v9+; topic ids v10).</summary>
public struct OffsetFetchRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.OffsetFetch, First: 1, Last: 10, FlexibleSince: 6);

    public Text GroupId;
    public Seq<OffsetFetchRequestTopic> Topics;
    public Seq<OffsetFetchRequestGroup> Groups;
    public bool RequireStable;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 1, until: 7))
        {
            wire.String(ref GroupId);
            wire.Array(ref Topics, nullableSince: 2);
        }

        if (wire.Has(since: 8))
        {
            wire.Array(ref Groups);
        }

        if (wire.Has(since: 7))
        {
            wire.Bool(ref RequireStable);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct OffsetFetchRequestTopic : IMessage
    {
        public Text Name;
        public Seq<int> PartitionIndexes;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 1, until: 7))
            {
                wire.String(ref Name);
                wire.Array(ref PartitionIndexes);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>groups</c>.</summary>
    public struct OffsetFetchRequestGroup : IMessage
    {
        public Text GroupId;
        public Text MemberId = Text.Null;
        public int MemberEpoch = -1;
        public Seq<OffsetFetchRequestTopics> Topics;

        /// <summary>All fields at their defaults.</summary>
        public OffsetFetchRequestGroup()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 8))
            {
                wire.String(ref GroupId);
            }

            if (wire.Has(since: 9))
            {
                wire.String(ref MemberId, nullableSince: 9);
                wire.Int32(ref MemberEpoch);
            }

            if (wire.Has(since: 8))
            {
                wire.Array(ref Topics, nullableSince: 8);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct OffsetFetchRequestTopics : IMessage
    {
        public Text Name;
        public Uuid TopicId;
        public Seq<int> PartitionIndexes;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 8, until: 9))
            {
                wire.String(ref Name);
            }

            if (wire.Has(since: 10))
            {
                wire.Uuid(ref TopicId);
            }

            if (wire.Has(since: 8))
            {
                wire.Array(ref PartitionIndexes);
            }

            wire.Tags(ref this);
        }
    }
}
