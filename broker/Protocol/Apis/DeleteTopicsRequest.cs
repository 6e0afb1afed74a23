using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 20, DeleteTopics: Delete topics by name or topic id (v6).</summary>
public struct DeleteTopicsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.DeleteTopics, First: 1, Last: 6, FlexibleSince: 4);

    public Seq<DeleteTopicState> Topics;
    public Seq<Text> TopicNames;
    public int TimeoutMs;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 6))
        {
            wire.Array(ref Topics);
        }

        if (wire.Has(since: 1, until: 5))
        {
            wire.Array(ref TopicNames);
        }

        wire.Int32(ref TimeoutMs);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct DeleteTopicState : IMessage
    {
        public Text Name = Text.Null;
        public Uuid TopicId;

        /// <summary>All fields at their defaults.</summary>
        public DeleteTopicState()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 6))
            {
                wire.String(ref Name, nullableSince: 6);
                wire.Uuid(ref TopicId);
            }

            wire.Tags(ref this);
        }
    }
}
