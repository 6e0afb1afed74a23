using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 32, DescribeConfigs: Read topic/broker/logger/client-metrics/group configs incl. source, synonyms, docs.</summary>
public struct DescribeConfigsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.DescribeConfigs, First: 1, Last: 4, FlexibleSince: 4);

    public Seq<DescribeConfigsResource> Resources;
    public bool IncludeSynonyms;
    public bool IncludeDocumentation;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Resources);
        wire.Bool(ref IncludeSynonyms);

        if (wire.Has(since: 3))
        {
            wire.Bool(ref IncludeDocumentation);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>resources</c>.</summary>
    public struct DescribeConfigsResource : IMessage
    {
        public sbyte ResourceType;
        public Text ResourceName;
        public Seq<Text> ConfigurationKeys;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int8(ref ResourceType);
            wire.String(ref ResourceName);
            wire.Array(ref ConfigurationKeys, nullableSince: 1);
            wire.Tags(ref this);
        }
    }
}
