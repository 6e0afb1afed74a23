using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>
/// SyncGroup: takes the leader's assignment, makes it durable, and hands each member its part. Owned by the coordinator
/// of its shard.
/// </summary>
internal sealed class GroupSyncs(GroupRebalances rebalances)
{
    internal void Handle(ClassicGroup group, in SyncGroupRequest request, Action<SyncGroupResponse> answer)
    {
        var error = GroupMembership.Find(
            group, request.MemberId, request.GroupInstanceId, request.GenerationId, out var member);
        if (error == ErrorCode.None)
        {
            error = IsOther(request.ProtocolType, group.ProtocolType) || IsOther(request.ProtocolName, group.ProtocolName)
                ? ErrorCode.InconsistentGroupProtocol
                : ErrorOf(group.State);
        }

        if (error != ErrorCode.None)
        {
            Mark.Hit("group.sync-refused");
            answer(GroupAnswers.SyncFailed(error));
        }
        else
        {
            Sync(group, member!, request, answer);
        }
    }

    private static bool IsOther(Text given, Text own) => !given.IsNull && given != own;

    private static ErrorCode ErrorOf(ClassicGroupState state) => state switch
    {
        ClassicGroupState.Dead => ErrorCode.CoordinatorNotAvailable,
        ClassicGroupState.Empty => ErrorCode.UnknownMemberId,
        ClassicGroupState.PreparingRebalance => ErrorCode.RebalanceInProgress,
        _ => ErrorCode.None,
    };

    private void Sync(ClassicGroup group, ClassicMember member, in SyncGroupRequest request, Action<SyncGroupResponse> answer)
    {
        rebalances.Sessions.Touch(group, member);
        if (group.PendingSyncs.Remove(member.MemberId) && group.PendingSyncs.Count == 0)
        {
            group.SyncTimer?.Cancel();
        }

        if (group.State == ClassicGroupState.Stable)
        {
            Mark.Hit("group.synced-when-stable");
            answer(GroupAnswers.Synced(group, member));
            return;
        }

        var earlier = member.AwaitingSync;
        member.AwaitingSync = answer;
        earlier?.Invoke(GroupAnswers.SyncFailed(ErrorCode.RebalanceInProgress));
        if (group.LeaderId == member.MemberId && group.StoringGeneration != group.GenerationId)
        {
            Store(group, request.Assignments);
        }
    }

    private void Store(ClassicGroup group, Seq<SyncGroupRequest.SyncGroupRequestAssignment> assignments)
    {
        var byMember = new Dictionary<Text, Blob>(assignments.Count);
        foreach (var assignment in assignments)
        {
            byMember[assignment.MemberId.Copy()] = assignment.Assignment.Copy();
        }

        var generationId = group.GenerationId;
        group.StoringGeneration = generationId;
        var value = GroupRecords.ValueOf(group, member => byMember.GetValueOrDefault(member.MemberId, Blob.Empty));
        group.Partition.Append(
            group,
            [GroupRecords.GroupMetadata(group.GroupId, value)],
            error => OnStored(group, generationId, byMember, error));
    }

    private void OnStored(ClassicGroup group, int generationId, Dictionary<Text, Blob> byMember, ErrorCode error)
    {
        group.StoringGeneration = -1;
        if (group.State != ClassicGroupState.CompletingRebalance || group.GenerationId != generationId)
        {
            Mark.Hit("group.assignment-overtaken");
            // A new rebalance began meanwhile, and it has answered those who waited.
            return;
        }

        if (error != ErrorCode.None)
        {
            Mark.Hit("group.assignment-not-stored");
            rebalances.FailSync(group, GroupAnswers.OfAppend(error));
            return;
        }

        group.TransitionTo(ClassicGroupState.Stable, group.StateTimestampMs);
        rebalances.Counters.CompletedRebalances++;
        foreach (var (_, member) in group.Members)
        {
            member.Assignment = byMember.GetValueOrDefault(member.MemberId, Blob.Empty);
            if (member.AwaitingSync is { } waiting)
            {
                member.AwaitingSync = null;
                rebalances.Sessions.Touch(group, member);
                waiting(GroupAnswers.Synced(group, member));
            }
        }
    }
}
