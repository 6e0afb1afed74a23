using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to DeleteGroups (key 42).</summary>
public struct DeleteGroupsResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<DeletableGroupResult> Results;

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
    public struct DeletableGroupResult : IMessage
    {
        public Text GroupId;
        public short ErrorCode;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref GroupId);
            wire.Int16(ref ErrorCode);
            wire.Tags(ref this);
        }
    }
}
