using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 26, EndTxn: Commit or abort; v5 answers the raised epoch (KIP-890).</summary>
public struct EndTxnRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.EndTxn, First: 0, Last: 5, FlexibleSince: 3);

    public Text TransactionalId;
    public long ProducerId;
    public short ProducerEpoch;
    public bool Committed;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref TransactionalId);
        wire.Int64(ref ProducerId);
        wire.Int16(ref ProducerEpoch);
        wire.Bool(ref Committed);
        wire.Tags(ref this);
    }
}
