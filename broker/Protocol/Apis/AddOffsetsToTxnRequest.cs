using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 25, AddOffsetsToTxn: Add a group's offsets partition to a transaction.</summary>
public struct AddOffsetsToTxnRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.AddOffsetsToTxn, First: 0, Last: 4, FlexibleSince: 3);

    public Text TransactionalId;
    public long ProducerId;
    public short ProducerEpoch;
    public Text GroupId;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref TransactionalId);
        wire.Int64(ref ProducerId);
        wire.Int16(ref ProducerEpoch);
        wire.String(ref GroupId);
        wire.Tags(ref this);
    }
}
