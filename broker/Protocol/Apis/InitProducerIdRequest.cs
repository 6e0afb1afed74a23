using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 22, InitProducerId: Allocate producer id / bump epoch / fence and recover transactional id; v6 (unstable) is two-phase commit.</summary>
public struct InitProducerIdRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.InitProducerId, First: 0, Last: 5, FlexibleSince: 2);

    public Text TransactionalId;
    public int TransactionTimeoutMs;
    public long ProducerId = -1;
    public short ProducerEpoch = -1;
    public bool Enable2Pc;
    public bool KeepPreparedTxn;

    /// <summary>All fields at their defaults.</summary>
    public InitProducerIdRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref TransactionalId, nullableSince: 0);
        wire.Int32(ref TransactionTimeoutMs);

        if (wire.Has(since: 3))
        {
            wire.Int64(ref ProducerId);
            wire.Int16(ref ProducerEpoch);
        }

        if (wire.Has(since: 6))
        {
            wire.Bool(ref Enable2Pc);
            wire.Bool(ref KeepPreparedTxn);
        }

        wire.Tags(ref this);
    }
}
