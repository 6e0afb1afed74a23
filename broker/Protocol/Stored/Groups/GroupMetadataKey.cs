using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>GroupMetadataKey: the key of record type 2 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct GroupMetadataKey : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 2, First: 0, Last: 0, FlexibleSince: 1);

    public Text Group;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref Group);
        wire.Tags(ref this);
    }
}
