using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>Builds answers, so that each has the same shape wherever it comes from.</summary>
internal static class GroupAnswers
{
    internal static JoinGroupResponse JoinFailed(Text memberId, ErrorCode error) => new()
    {
        ErrorCode = (short)error,
        MemberId = memberId,
        ProtocolName = Text.Null,
    };

    /// <summary>The generation as it is; only the leader is told the members.</summary>
    internal static JoinGroupResponse Joined(ClassicGroup group, ClassicMember member, bool withMembers) => new()
    {
        GenerationId = group.GenerationId,
        ProtocolType = group.ProtocolType,
        ProtocolName = group.ProtocolName,
        Leader = group.LeaderId,
        MemberId = member.MemberId,
        Members = withMembers ? MembersOf(group) : default,
    };

    internal static SyncGroupResponse SyncFailed(ErrorCode error) => new() { ErrorCode = (short)error };

    internal static SyncGroupResponse Synced(ClassicGroup group, ClassicMember member) => new()
    {
        ProtocolType = group.ProtocolType,
        ProtocolName = group.ProtocolName,
        Assignment = member.Assignment,
    };

    /// <summary>What a client is told when the log refused records of a group.</summary>
    internal static ErrorCode OfAppend(ErrorCode error) => error switch
    {
        ErrorCode.None => ErrorCode.None,
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidFetchSize => ErrorCode.UnknownServerError,
        ErrorCode.NotLeaderOrFollower or ErrorCode.KafkaStorageError => ErrorCode.NotCoordinator,
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend
            or ErrorCode.RequestTimedOut => ErrorCode.CoordinatorNotAvailable,
        _ => error,
    };

    private static Seq<JoinGroupResponse.JoinGroupResponseMember> MembersOf(ClassicGroup group)
    {
        var members = new Seq<JoinGroupResponse.JoinGroupResponseMember>();
        foreach (var (_, member) in group.Members)
        {
            members.Add(new JoinGroupResponse.JoinGroupResponseMember
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.InstanceId,
                Metadata = member.MetadataOf(group.ProtocolName),
            });
        }

        return members;
    }
}
