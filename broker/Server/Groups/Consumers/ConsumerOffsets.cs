using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>Who may commit and fetch offsets of a group of the consumer protocol: a member in its epoch, or anybody while there is none. Stateless.</summary>
internal static class ConsumerOffsets
{
    /// <summary>Since this version a commit can state a member epoch.</summary>
    private const short MemberEpochSince = 9;

    /// <summary>Whether a commit may touch the group at all.</summary>
    internal static ErrorCode ErrorOfCommit(ConsumerGroup group, in OffsetCommitRequest request, short version)
    {
        if (request.GenerationIdOrMemberEpoch < 0 && group.Members.IsEmpty)
        {
            return ErrorCode.None;
        }

        if (group.Member(request.MemberId) is not { } member)
        {
            Mark.Hit("consumer-group.commit-by-stranger");
            return ErrorCode.UnknownMemberId;
        }

        if (member.Classic is not null)
        {
            return member.MemberEpoch == request.GenerationIdOrMemberEpoch ? ErrorCode.None : ErrorCode.IllegalGeneration;
        }

        if (version < MemberEpochSince)
        {
            return ErrorCode.UnsupportedVersion;
        }

        return request.GenerationIdOrMemberEpoch <= member.MemberEpoch ? ErrorCode.None : Stale();
    }

    /// <summary>Whether it may commit one partition: in an older epoch only what the member has had since then (KIP-1251).</summary>
    internal static ErrorCode ErrorOfCommit(ConsumerGroup group, in OffsetCommitRequest request, TopicIdPartition partition)
    {
        if (group.Member(request.MemberId) is not { Classic: null } member || request.GenerationIdOrMemberEpoch == member.MemberEpoch)
        {
            return ErrorCode.None;
        }

        return member.Assigned.TryGetValue(partition, out var since) && request.GenerationIdOrMemberEpoch >= since ? ErrorCode.None : Stale();
    }

    /// <summary>
    /// Whether a transaction may commit for the group: who names no member is fenced by its producer epoch alone. Another epoch is told
    /// as ILLEGAL_GENERATION, which producers know since before there were member epochs.
    /// </summary>
    internal static ErrorCode ErrorOfTransactionalCommit(ConsumerGroup group, in TxnOffsetCommitRequest request)
    {
        if (request.GenerationId < 0 && (request.MemberId.IsNullOrEmpty || group.Members.IsEmpty))
        {
            return ErrorCode.None;
        }

        return group.Member(request.MemberId) is not { } member ? ErrorCode.UnknownMemberId
            : member.MemberEpoch == request.GenerationId ? ErrorCode.None
            : ErrorCode.IllegalGeneration;
    }

    /// <summary>Whether a fetch may read the group's offsets: who names no member may.</summary>
    internal static ErrorCode ErrorOfFetch(ConsumerGroup group, in OffsetFetchRequest.OffsetFetchRequestGroup request)
    {
        if (request.MemberId.IsNull && request.MemberEpoch < 0)
        {
            return ErrorCode.None;
        }

        if (group.Member(request.MemberId) is not { } member)
        {
            return ErrorCode.UnknownMemberId;
        }

        if (member.MemberEpoch == request.MemberEpoch)
        {
            return ErrorCode.None;
        }

        return member.Classic is null ? Stale() : ErrorCode.IllegalGeneration;
    }

    private static ErrorCode Stale()
    {
        Mark.Hit("consumer-group.epoch-stale");
        return ErrorCode.StaleMemberEpoch;
    }
}
