using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 48, DescribeClientQuotas: the quotas of clients whose entities match.</summary>
public struct DescribeClientQuotasRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.DescribeClientQuotas, First: 0, Last: 1, FlexibleSince: 1);

    public Seq<ComponentData> Components;
    public bool Strict;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Components);
        wire.Bool(ref Strict);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>components</c>.</summary>
    public struct ComponentData : IMessage
    {
        public Text EntityType;
        public sbyte MatchType;
        public Text Match;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref EntityType);
            wire.Int8(ref MatchType);
            wire.String(ref Match, nullableSince: 0);
            wire.Tags(ref this);
        }
    }
}
