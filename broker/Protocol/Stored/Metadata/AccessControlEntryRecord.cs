using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 18, AccessControlEntryRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct AccessControlEntryRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 18, First: 0, Last: 0, FlexibleSince: 0);

    public Uuid Id;
    public sbyte ResourceType;
    public Text ResourceName;
    public sbyte PatternType;
    public Text Principal;
    public Text Host;
    public sbyte Operation;
    public sbyte PermissionType;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Uuid(ref Id);
        wire.Int8(ref ResourceType);
        wire.String(ref ResourceName);
        wire.Int8(ref PatternType);
        wire.String(ref Principal);
        wire.String(ref Host);
        wire.Int8(ref Operation);
        wire.Int8(ref PermissionType);
        wire.Tags(ref this);
    }
}
