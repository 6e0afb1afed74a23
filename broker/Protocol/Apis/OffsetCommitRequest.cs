using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 8, OffsetCommit: Commit consumer offsets with generation/member-epoch fencing; v10 names topics by id.</summary>
public struct OffsetCommitRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.OffsetCommit, First: 2, Last: 10, FlexibleSince: 8);

    public Text GroupId;
    public int GenerationIdOrMemberEpoch = -1;
    public Text MemberId;
    public Text GroupInstanceId = Text.Null;
    public long RetentionTimeMs = -1;
    public Seq<OffsetCommitRequestTopic> Topics;

    /// <summary>All fields at their defaults.</summary>
    public OffsetCommitRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref GroupId);
        wire.Int32(ref GenerationIdOrMemberEpoch);
        wire.String(ref MemberId);

        if (wire.Has(since: 7))
        {
            wire.String(ref GroupInstanceId, nullableSince: 7);
        }

        if (wire.Has(since: 2, until: 4))
        {
            wire.Int64(ref RetentionTimeMs);
        }

        wire.Array(ref Topics);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct OffsetCommitRequestTopic : IMessage
    {
        public Text Name;
        public Uuid TopicId;
        public Seq<OffsetCommitRequestPartition> Partitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 2, until: 9))
            {
                wire.String(ref Name);
            }

            if (wire.Has(since: 10))
            {
                wire.Uuid(ref TopicId);
            }

            wire.Array(ref Partitions);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitions</c>.</summary>
    public struct OffsetCommitRequestPartition : IMessage
    {
        public int PartitionIndex;
        public long CommittedOffset;
        public int CommittedLeaderEpoch = -1;
        public Text CommittedMetadata;

        /// <summary>All fields at their defaults.</summary>
        public OffsetCommitRequestPartition()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref PartitionIndex);
            wire.Int64(ref CommittedOffset);

            if (wire.Has(since: 6))
            {
                wire.Int32(ref CommittedLeaderEpoch);
            }

            wire.String(ref CommittedMetadata, nullableSince: 2);
            wire.Tags(ref this);
        }
    }
}
