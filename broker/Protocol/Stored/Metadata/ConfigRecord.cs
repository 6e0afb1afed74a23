using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 4, ConfigRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct ConfigRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 4, First: 0, Last: 0, FlexibleSince: 0);

    public sbyte ResourceType;
    public Text ResourceName;
    public Text Name;
    public Text Value;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int8(ref ResourceType);
        wire.String(ref ResourceName);
        wire.String(ref Name);
        wire.String(ref Value, nullableSince: 0);
        wire.Tags(ref this);
    }
}
