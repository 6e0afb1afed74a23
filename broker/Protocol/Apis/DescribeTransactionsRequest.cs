using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 65, DescribeTransactions: State, producer, timeout and partitions of transactional ids (KIP-664).</summary>
public struct DescribeTransactionsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.DescribeTransactions, First: 0, Last: 0, FlexibleSince: 0);

    public Seq<Text> TransactionalIds;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref TransactionalIds);
        wire.Tags(ref this);
    }
}
