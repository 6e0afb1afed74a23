using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 11, JoinGroup: Classic protocol join phase; returns leader + member list; MEMBER_ID_REQUIRED handshake v4+; static id v5+; skip-assignment v9.</summary>
public struct JoinGroupRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.JoinGroup, First: 0, Last: 9, FlexibleSince: 6);

    public Text GroupId;
    public int SessionTimeoutMs;
    public int RebalanceTimeoutMs = -1;
    public Text MemberId;
    public Text GroupInstanceId = Text.Null;
    public Text ProtocolType;
    public Seq<JoinGroupRequestProtocol> Protocols;
    public Text Reason = Text.Null;

    /// <summary>All fields at their defaults.</summary>
    public JoinGroupRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref GroupId);
        wire.Int32(ref SessionTimeoutMs);

        if (wire.Has(since: 1))
        {
            wire.Int32(ref RebalanceTimeoutMs);
        }

        wire.String(ref MemberId);

        if (wire.Has(since: 5))
        {
            wire.String(ref GroupInstanceId, nullableSince: 5);
        }

        wire.String(ref ProtocolType);
        wire.Array(ref Protocols);

        if (wire.Has(since: 8))
        {
            wire.String(ref Reason, nullableSince: 8);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>protocols</c>.</summary>
    public struct JoinGroupRequestProtocol : IMessage
    {
        public Text Name;
        public Blob Metadata;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Bytes(ref Metadata);
            wire.Tags(ref this);
        }
    }
}
