using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to CreatePartitions (key 37).</summary>
public struct CreatePartitionsResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<CreatePartitionsTopicResult> Results;

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
    public struct CreatePartitionsTopicResult : IMessage
    {
        public Text Name;
        public short ErrorCode;
        public Text ErrorMessage = Text.Null;

        /// <summary>All fields at their defaults.</summary>
        public CreatePartitionsTopicResult()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Int16(ref ErrorCode);
            wire.String(ref ErrorMessage, nullableSince: 0);
            wire.Tags(ref this);
        }
    }
}
