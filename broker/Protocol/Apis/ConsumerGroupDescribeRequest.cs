using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 69, ConsumerGroupDescribe: Describe groups of the consumer protocol.</summary>
public struct ConsumerGroupDescribeRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.ConsumerGroupDescribe, First: 0, Last: 1, FlexibleSince: 0);

    public Seq<Text> GroupIds;
    public bool IncludeAuthorizedOperations;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref GroupIds);
        wire.Bool(ref IncludeAuthorizedOperations);
        wire.Tags(ref this);
    }
}
