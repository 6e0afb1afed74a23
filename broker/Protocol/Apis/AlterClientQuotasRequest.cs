using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 49, AlterClientQuotas: set and remove quotas of clients.</summary>
public struct AlterClientQuotasRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.AlterClientQuotas, First: 0, Last: 1, FlexibleSince: 1);

    public Seq<EntryData> Entries;
    public bool ValidateOnly;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Entries);
        wire.Bool(ref ValidateOnly);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>entries</c>.</summary>
    public struct EntryData : IMessage
    {
        public Seq<EntityData> Entity;
        public Seq<OpData> Ops;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Array(ref Entity);
            wire.Array(ref Ops);
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

    /// <summary>One of <c>ops</c>.</summary>
    public struct OpData : IMessage
    {
        public Text Key;
        public double Value;
        public bool Remove;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Key);
            wire.Float64(ref Value);
            wire.Bool(ref Remove);
            wire.Tags(ref this);
        }
    }
}
