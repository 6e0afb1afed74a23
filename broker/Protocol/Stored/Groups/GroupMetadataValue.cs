using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>GroupMetadataValue: the value of record type 2 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct GroupMetadataValue : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 2, First: 0, Last: 4, FlexibleSince: 4);

    public Text ProtocolType;
    public int Generation;
    public Text Protocol;
    public Text Leader;
    public long CurrentStateTimestamp = -1;
    public Seq<MemberMetadata> Members;

    /// <summary>All fields at their defaults.</summary>
    public GroupMetadataValue()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref ProtocolType);
        wire.Int32(ref Generation);
        wire.String(ref Protocol, nullableSince: 0);
        wire.String(ref Leader, nullableSince: 0);

        if (wire.Has(since: 2))
        {
            wire.Int64(ref CurrentStateTimestamp);
        }

        wire.Array(ref Members);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>members</c>.</summary>
    public struct MemberMetadata : IMessage
    {
        public Text MemberId;
        public Text GroupInstanceId = Text.Null;
        public Text ClientId;
        public Text ClientHost;
        public int RebalanceTimeout = -1;
        public int SessionTimeout;
        public Blob Subscription;
        public Blob Assignment;

        /// <summary>All fields at their defaults.</summary>
        public MemberMetadata()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref MemberId);

            if (wire.Has(since: 3))
            {
                wire.String(ref GroupInstanceId, nullableSince: 3);
            }

            wire.String(ref ClientId);
            wire.String(ref ClientHost);

            if (wire.Has(since: 1))
            {
                wire.Int32(ref RebalanceTimeout);
            }

            wire.Int32(ref SessionTimeout);
            wire.Bytes(ref Subscription);
            wire.Bytes(ref Assignment);
            wire.Tags(ref this);
        }
    }
}
