using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to DescribeGroups (key 15).</summary>
public struct DescribeGroupsResponse : IMessage
{
    public int ThrottleTimeMs;
    public Seq<DescribedGroup> Groups;

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

        wire.Array(ref Groups);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>groups</c>.</summary>
    public struct DescribedGroup : IMessage
    {
        public short ErrorCode;
        public Text ErrorMessage = Text.Null;
        public Text GroupId;
        public Text GroupState;
        public Text ProtocolType;
        public Text ProtocolData;
        public Seq<DescribedGroupMember> Members;
        public int AuthorizedOperations = int.MinValue;

        /// <summary>All fields at their defaults.</summary>
        public DescribedGroup()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ErrorCode);

            if (wire.Has(since: 6))
            {
                wire.String(ref ErrorMessage, nullableSince: 6);
            }

            wire.String(ref GroupId);
            wire.String(ref GroupState);
            wire.String(ref ProtocolType);
            wire.String(ref ProtocolData);
            wire.Array(ref Members);

            if (wire.Has(since: 3))
            {
                wire.Int32(ref AuthorizedOperations);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>members</c>.</summary>
    public struct DescribedGroupMember : IMessage
    {
        public Text MemberId;
        public Text GroupInstanceId = Text.Null;
        public Text ClientId;
        public Text ClientHost;
        public Blob MemberMetadata;
        public Blob MemberAssignment;

        /// <summary>All fields at their defaults.</summary>
        public DescribedGroupMember()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref MemberId);

            if (wire.Has(since: 4))
            {
                wire.String(ref GroupInstanceId, nullableSince: 4);
            }

            wire.String(ref ClientId);
            wire.String(ref ClientHost);
            wire.Bytes(ref MemberMetadata);
            wire.Bytes(ref MemberAssignment);
            wire.Tags(ref this);
        }
    }
}
