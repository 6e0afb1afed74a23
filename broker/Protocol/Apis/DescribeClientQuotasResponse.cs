using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Response 48, DescribeClientQuotas: the quotas that were found.</summary>
public struct DescribeClientQuotasResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Text ErrorMessage;
    public Seq<EntryData> Entries;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Int16(ref ErrorCode);
        wire.String(ref ErrorMessage, nullableSince: 0);
        wire.Array(ref Entries, nullableSince: 0);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>entries</c>.</summary>
    public struct EntryData : IMessage
    {
        public Seq<EntityData> Entity;
        public Seq<ValueData> Values;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Array(ref Entity);
            wire.Array(ref Values);
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

    /// <summary>One of <c>values</c>.</summary>
    public struct ValueData : IMessage
    {
        public Text Key;
        public double Value;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Key);
            wire.Float64(ref Value);
            wire.Tags(ref this);
        }
    }
}
