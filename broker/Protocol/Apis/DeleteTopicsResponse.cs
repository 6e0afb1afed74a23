using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to DeleteTopics (key 20).</summary>
public struct DeleteTopicsResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<DeletableTopicResult> Responses;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Responses);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>responses</c>.</summary>
    public struct DeletableTopicResult : IMessage
    {
        public Text Name;
        public Uuid TopicId;
        public short ErrorCode;
        public Text ErrorMessage = Text.Null;

        /// <summary>All fields at their defaults.</summary>
        public DeletableTopicResult()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name, nullableSince: 6);

            if (wire.Has(since: 6))
            {
                wire.Uuid(ref TopicId);
            }

            wire.Int16(ref ErrorCode);

            if (wire.Has(since: 5))
            {
                wire.String(ref ErrorMessage, nullableSince: 5);
            }

            wire.Tags(ref this);
        }
    }
}
