using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 3, Metadata: Cluster id, controller, brokers, topics (name+id), partition leaders/epochs/ISR/offline; may auto-create topics; null topic list = all, empty = none (v1+).</summary>
public struct MetadataRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.Metadata, First: 0, Last: 13, FlexibleSince: 9);

    public Seq<MetadataRequestTopic> Topics;
    public bool AllowAutoTopicCreation = true;
    public bool IncludeClusterAuthorizedOperations;
    public bool IncludeTopicAuthorizedOperations;

    /// <summary>All fields at their defaults.</summary>
    public MetadataRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Topics, nullableSince: 1);

        if (wire.Has(since: 4))
        {
            wire.Bool(ref AllowAutoTopicCreation);
        }

        if (wire.Has(since: 8, until: 10))
        {
            wire.Bool(ref IncludeClusterAuthorizedOperations);
        }

        if (wire.Has(since: 8))
        {
            wire.Bool(ref IncludeTopicAuthorizedOperations);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct MetadataRequestTopic : IMessage
    {
        public Uuid TopicId;
        public Text Name;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 10))
            {
                wire.Uuid(ref TopicId);
            }

            wire.String(ref Name, nullableSince: 10);
            wire.Tags(ref this);
        }
    }
}
