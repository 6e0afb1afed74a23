using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 1, UnregisterBrokerRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct UnregisterBrokerRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 1, First: 0, Last: 0, FlexibleSince: 0);

    public int BrokerId;
    public long BrokerEpoch;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref BrokerId);
        wire.Int64(ref BrokerEpoch);
        wire.Tags(ref this);
    }
}
