using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 14, SyncGroup: Classic protocol assignment distribution; protocol type/name echoed v5+.</summary>
public struct SyncGroupRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.SyncGroup, First: 0, Last: 5, FlexibleSince: 4);

    public Text GroupId;
    public int GenerationId;
    public Text MemberId;
    public Text GroupInstanceId = Text.Null;
    public Text ProtocolType = Text.Null;
    public Text ProtocolName = Text.Null;
    public Seq<SyncGroupRequestAssignment> Assignments;

    /// <summary>All fields at their defaults.</summary>
    public SyncGroupRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref GroupId);
        wire.Int32(ref GenerationId);
        wire.String(ref MemberId);

        if (wire.Has(since: 3))
        {
            wire.String(ref GroupInstanceId, nullableSince: 3);
        }

        if (wire.Has(since: 5))
        {
            wire.String(ref ProtocolType, nullableSince: 5);
            wire.String(ref ProtocolName, nullableSince: 5);
        }

        wire.Array(ref Assignments);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>assignments</c>.</summary>
    public struct SyncGroupRequestAssignment : IMessage
    {
        public Text MemberId;
        public Blob Assignment;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref MemberId);
            wire.Bytes(ref Assignment);
            wire.Tags(ref this);
        }
    }
}
