using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 66, ListTransactions: Transactional ids, filtered by state, producer id, duration and pattern (KIP-664, KIP-994, KIP-1152).</summary>
public struct ListTransactionsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.ListTransactions, First: 0, Last: 2, FlexibleSince: 0);

    public Seq<Text> StateFilters;
    public Seq<long> ProducerIdFilters;
    public long DurationFilter = -1;
    public Text TransactionalIdPattern = Text.Null;

    /// <summary>All fields at their defaults.</summary>
    public ListTransactionsRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref StateFilters);
        wire.Array(ref ProducerIdFilters);

        if (wire.Has(since: 1))
        {
            wire.Int64(ref DurationFilter);
        }

        if (wire.Has(since: 2))
        {
            wire.String(ref TransactionalIdPattern, nullableSince: 2);
        }

        wire.Tags(ref this);
    }
}
