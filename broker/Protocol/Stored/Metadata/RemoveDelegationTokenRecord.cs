using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 26, RemoveDelegationTokenRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct RemoveDelegationTokenRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 26, First: 0, Last: 0, FlexibleSince: 0);

    public Text TokenId;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref TokenId);
        wire.Tags(ref this);
    }
}
