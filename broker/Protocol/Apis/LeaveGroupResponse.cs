using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to LeaveGroup (key 13).</summary>
public struct LeaveGroupResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Seq<MemberResponse> Members;

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

        if (wire.Has(since: 3))
        {
            wire.Array(ref Members);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>members</c>.</summary>
    public struct MemberResponse : IMessage
    {
        public Text MemberId;
        public Text GroupInstanceId;
        public short ErrorCode;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 3))
            {
                wire.String(ref MemberId);
                wire.String(ref GroupInstanceId, nullableSince: 3);
                wire.Int16(ref ErrorCode);
            }

            wire.Tags(ref this);
        }
    }
}
