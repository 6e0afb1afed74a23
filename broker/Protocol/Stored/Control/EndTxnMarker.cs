using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Control;

/// <summary>EndTxnMarker, as control records and embedded protocols carry it.</summary>
public struct EndTxnMarker : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: -1, First: 0, Last: 0, FlexibleSince: 1);

    public int CoordinatorEpoch;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref CoordinatorEpoch);
        wire.Tags(ref this);
    }
}
