using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to JoinGroup (key 11).</summary>
public struct JoinGroupResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public int GenerationId = -1;
    public Text ProtocolType = Text.Null;
    public Text ProtocolName;
    public Text Leader;
    public bool SkipAssignment;
    public Text MemberId;
    public Seq<JoinGroupResponseMember> Members;

    /// <summary>All fields at their defaults.</summary>
    public JoinGroupResponse()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 2))
        {
            wire.Int32(ref ThrottleTimeMs);
        }

        wire.Int16(ref ErrorCode);
        wire.Int32(ref GenerationId);

        if (wire.Has(since: 7))
        {
            wire.String(ref ProtocolType, nullableSince: 7);
        }

        wire.String(ref ProtocolName, nullableSince: 7);
        wire.String(ref Leader);

        if (wire.Has(since: 9))
        {
            wire.Bool(ref SkipAssignment);
        }

        wire.String(ref MemberId);
        wire.Array(ref Members);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>members</c>.</summary>
    public struct JoinGroupResponseMember : IMessage
    {
        public Text MemberId;
        public Text GroupInstanceId = Text.Null;
        public Blob Metadata;

        /// <summary>All fields at their defaults.</summary>
        public JoinGroupResponseMember()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref MemberId);

            if (wire.Has(since: 5))
            {
                wire.String(ref GroupInstanceId, nullableSince: 5);
            }

            wire.Bytes(ref Metadata);
            wire.Tags(ref this);
        }
    }
}
