using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 13, LeaveGroup: Leave group (batched members + instance id v3+, reason v5+).</summary>
public struct LeaveGroupRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.LeaveGroup, First: 0, Last: 5, FlexibleSince: 4);

    public Text GroupId;
    public Text MemberId;
    public Seq<MemberIdentity> Members;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref GroupId);

        if (wire.Has(since: 0, until: 2))
        {
            wire.String(ref MemberId);
        }

        if (wire.Has(since: 3))
        {
            wire.Array(ref Members);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>members</c>.</summary>
    public struct MemberIdentity : IMessage
    {
        public Text MemberId;
        public Text GroupInstanceId = Text.Null;
        public Text Reason = Text.Null;

        /// <summary>All fields at their defaults.</summary>
        public MemberIdentity()
        {
        }

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
            }

            if (wire.Has(since: 5))
            {
                wire.String(ref Reason, nullableSince: 5);
            }

            wire.Tags(ref this);
        }
    }
}
