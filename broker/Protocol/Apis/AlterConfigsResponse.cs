using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to AlterConfigs (key 33).</summary>
public struct AlterConfigsResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<AlterConfigsResourceResponse> Responses;

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
    public struct AlterConfigsResourceResponse : IMessage
    {
        public short ErrorCode;
        public Text ErrorMessage;
        public sbyte ResourceType;
        public Text ResourceName;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ErrorCode);
            wire.String(ref ErrorMessage, nullableSince: 0);
            wire.Int8(ref ResourceType);
            wire.String(ref ResourceName);
            wire.Tags(ref this);
        }
    }
}
