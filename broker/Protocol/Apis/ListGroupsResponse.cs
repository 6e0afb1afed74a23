using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to ListGroups (key 16).</summary>
public struct ListGroupsResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Seq<ListedGroup> Groups;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 1))
        {
            wire.Int32(ref ThrottleTimeMs);
        }

        wire.Int16(ref ErrorCode);
        wire.Array(ref Groups);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>groups</c>.</summary>
    public struct ListedGroup : IMessage
    {
        public Text GroupId;
        public Text ProtocolType;
        public Text GroupState;
        public Text GroupType;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref GroupId);
            wire.String(ref ProtocolType);

            if (wire.Has(since: 4))
            {
                wire.String(ref GroupState);
            }

            if (wire.Has(since: 5))
            {
                wire.String(ref GroupType);
            }

            wire.Tags(ref this);
        }
    }
}
