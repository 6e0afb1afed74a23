using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 44, IncrementalAlterConfigs: change single keys of configurations.</summary>
public struct IncrementalAlterConfigsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.IncrementalAlterConfigs, First: 0, Last: 1, FlexibleSince: 1);

    public Seq<AlterConfigsResource> Resources;
    public bool ValidateOnly;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Resources);
        wire.Bool(ref ValidateOnly);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>resources</c>.</summary>
    public struct AlterConfigsResource : IMessage
    {
        public sbyte ResourceType;
        public Text ResourceName;
        public Seq<AlterableConfig> Configs;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int8(ref ResourceType);
            wire.String(ref ResourceName);
            wire.Array(ref Configs);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>configs</c>.</summary>
    public struct AlterableConfig : IMessage
    {
        public Text Name;
        public sbyte ConfigOperation;
        public Text Value;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Int8(ref ConfigOperation);
            wire.String(ref Value, nullableSince: 0);
            wire.Tags(ref this);
        }
    }
}
