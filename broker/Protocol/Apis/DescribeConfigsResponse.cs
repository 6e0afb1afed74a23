using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to DescribeConfigs (key 32).</summary>
public struct DescribeConfigsResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<DescribeConfigsResult> Results;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Results);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>results</c>.</summary>
    public struct DescribeConfigsResult : IMessage
    {
        public short ErrorCode;
        public Text ErrorMessage;
        public sbyte ResourceType;
        public Text ResourceName;
        public Seq<DescribeConfigsResourceResult> Configs;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ErrorCode);
            wire.String(ref ErrorMessage, nullableSince: 1);
            wire.Int8(ref ResourceType);
            wire.String(ref ResourceName);
            wire.Array(ref Configs);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>configs</c>.</summary>
    public struct DescribeConfigsResourceResult : IMessage
    {
        public Text Name;
        public Text Value;
        public bool ReadOnly;
        public sbyte ConfigSource = -1;
        public bool IsSensitive;
        public Seq<DescribeConfigsSynonym> Synonyms;
        public sbyte ConfigType;
        public Text Documentation;

        /// <summary>All fields at their defaults.</summary>
        public DescribeConfigsResourceResult()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.String(ref Value, nullableSince: 1);
            wire.Bool(ref ReadOnly);
            wire.Int8(ref ConfigSource);
            wire.Bool(ref IsSensitive);
            wire.Array(ref Synonyms);

            if (wire.Has(since: 3))
            {
                wire.Int8(ref ConfigType);
                wire.String(ref Documentation, nullableSince: 3);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>synonyms</c>.</summary>
    public struct DescribeConfigsSynonym : IMessage
    {
        public Text Name;
        public Text Value;
        public sbyte Source;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.String(ref Value, nullableSince: 1);
            wire.Int8(ref Source);
            wire.Tags(ref this);
        }
    }
}
