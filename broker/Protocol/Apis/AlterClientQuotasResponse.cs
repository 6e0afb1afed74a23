using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Response 49, AlterClientQuotas: how it went, entity by entity.</summary>
public struct AlterClientQuotasResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<EntryData> Entries;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Entries);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>entries</c>.</summary>
    public struct EntryData : IMessage
    {
        public short ErrorCode;
        public Text ErrorMessage;
        public Seq<EntityData> Entity;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ErrorCode);
            wire.String(ref ErrorMessage, nullableSince: 0);
            wire.Array(ref Entity);
            wire.Tags(ref this);
        }
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
