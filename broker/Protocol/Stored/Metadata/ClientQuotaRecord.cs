using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 14, ClientQuotaRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct ClientQuotaRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 14, First: 0, Last: 0, FlexibleSince: 0);

    public Seq<EntityData> Entity;
    public Text Key;
    public double Value;
    public bool Remove;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Entity);
        wire.String(ref Key);
        wire.Float64(ref Value);
        wire.Bool(ref Remove);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>entity</c>.</summary>
    public struct EntityData : IMessage
    {
        public Text EntityType;
        public Text EntityName;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref EntityType);
            wire.String(ref EntityName, nullableSince: 0);
            wire.Tags(ref this);
        }
    }
}
