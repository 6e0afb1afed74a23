using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Control;

/// <summary>SnapshotFooterRecord, as control records and embedded protocols carry it.</summary>
public struct SnapshotFooterRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: -1, First: 0, Last: 0, FlexibleSince: 0);

    public short Version;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int16(ref Version);
        wire.Tags(ref this);
    }
}
