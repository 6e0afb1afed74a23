using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to CreateTopics (key 19).</summary>
public struct CreateTopicsResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<CreatableTopicResult> Topics;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct CreatableTopicResult : IMessage
    {
        public Text Name;
        public Uuid TopicId;
        public short ErrorCode;
        public Text ErrorMessage;
        public short TopicConfigErrorCode;
        public int NumPartitions = -1;
        public short ReplicationFactor = -1;
        public Seq<CreatableTopicConfigs> Configs;

        /// <summary>All fields at their defaults.</summary>
        public CreatableTopicResult()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public readonly int TagCount => 1;

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);

            if (wire.Has(since: 7))
            {
                wire.Uuid(ref TopicId);
            }

            wire.Int16(ref ErrorCode);
            wire.String(ref ErrorMessage, nullableSince: 2);

            if (wire.Has(since: 5))
            {
                wire.Int32(ref NumPartitions);
                wire.Int16(ref ReplicationFactor);
                wire.Array(ref Configs, nullableSince: 5);
            }

            wire.Tags(ref this);
        }

        /// <inheritdoc/>
        public void WalkTag<TWire>(ref TWire wire, int tag)
            where TWire : struct, IWire, allows ref struct
        {
            switch (tag)
            {
                case 0:
                    wire.Int16(ref TopicConfigErrorCode);
                    break;
            }
        }

        /// <inheritdoc/>
        public readonly bool HasTag(int tag, short version) => tag switch
        {
            0 => version >= 5,
            _ => false,
        };

        /// <inheritdoc/>
        public readonly bool IsTagDefault(int tag) => tag switch
        {
            0 => TopicConfigErrorCode == 0,
            _ => true,
        };
    }

    /// <summary>One of <c>configs</c>.</summary>
    public struct CreatableTopicConfigs : IMessage
    {
        public Text Name;
        public Text Value;
        public bool ReadOnly;
        public sbyte ConfigSource = -1;
        public bool IsSensitive;

        /// <summary>All fields at their defaults.</summary>
        public CreatableTopicConfigs()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 5))
            {
                wire.String(ref Name);
                wire.String(ref Value, nullableSince: 5);
                wire.Bool(ref ReadOnly);
                wire.Int8(ref ConfigSource);
                wire.Bool(ref IsSensitive);
            }

            wire.Tags(ref this);
        }
    }
}
