using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>Decides what a JoinGroup means for a group. Owned by the coordinator of its shard.</summary>
internal sealed class GroupJoins(Shard shard, GroupConfig config, GroupRebalances rebalances)
{
    /// <summary>Since this version a dynamic member must come back with the id it was given (KIP-394).</summary>
    private const short MemberIdRequiredSince = 4;

    /// <summary>Since this version a returning static leader can be told not to assign again (KIP-814).</summary>
    private const short SkipAssignmentSince = 9;

    internal void Handle(
        ClassicGroup group, in JoinGroupRequest request, in GroupClient client, Action<JoinGroupResponse> answer)
    {
        var isUnknown = request.MemberId.IsNullOrEmpty;
        if (!HasRoomFor(group, request))
        {
            Mark.Hit("group.max-size-reached");
            MemberSessions.RemovePending(group, request.MemberId);
            answer(GroupAnswers.JoinFailed(request.MemberId, ErrorCode.GroupMaxSizeReached));
        }
        else if (group.IsOfOtherProtocol || !group.Accepts(request.ProtocolType, NamesOf(request)))
        {
            Mark.Hit("group.protocol-inconsistent");
            answer(GroupAnswers.JoinFailed(request.MemberId, ErrorCode.InconsistentGroupProtocol));
        }
        else if (!isUnknown)
        {
            JoinAsKnown(group, request, client, answer);
        }
        else if (!request.GroupInstanceId.IsNull)
        {
            JoinAsStatic(group, request, client, answer);
        }
        else
        {
            JoinAsDynamic(group, request, client, answer);
        }
    }

    /// <summary>Members of a group that is too big may come back, as long as not more of them do than are allowed.</summary>
    private bool HasRoomFor(ClassicGroup group, in JoinGroupRequest request)
    {
        var known = group.Member(request.MemberId)
            ?? (request.GroupInstanceId.IsNull ? null : group.StaticMember(request.GroupInstanceId));
        if (group.State == ClassicGroupState.PreparingRebalance)
        {
            return known?.AwaitingJoin is not null || group.AwaitingJoinCount < config.MaxSize;
        }

        return known is not null || group.Members.Count < config.MaxSize;
    }

    private void JoinAsDynamic(
        ClassicGroup group, in JoinGroupRequest request, in GroupClient client, Action<JoinGroupResponse> answer)
    {
        var memberId = NewMemberId(client.ClientId);
        if (client.Version >= MemberIdRequiredSince)
        {
            Mark.Hit("group.member-id-required");
            rebalances.Sessions.AddPending(group, memberId, request.SessionTimeoutMs);
            answer(GroupAnswers.JoinFailed(memberId, ErrorCode.MemberIdRequired));
        }
        else
        {
            AddMember(group, memberId, request, client, answer);
        }
    }

    private void JoinAsKnown(
        ClassicGroup group, in JoinGroupRequest request, in GroupClient client, Action<JoinGroupResponse> answer)
    {
        if (request.GroupInstanceId.IsNull && MemberSessions.RemovePending(group, request.MemberId))
        {
            AddMember(group, request.MemberId.Copy(), request, client, answer);
            return;
        }

        var error = GroupMembership.Find(group, request.MemberId, request.GroupInstanceId, out var member);
        if (error != ErrorCode.None)
        {
            Mark.Hit("group.join-refused");
            answer(GroupAnswers.JoinFailed(request.MemberId, error));
            return;
        }

        var isUnchanged = member!.Matches(request.Protocols);
        var isLeader = group.LeaderId == member.MemberId;
        var mayKeepGeneration = group.State switch
        {
            ClassicGroupState.CompletingRebalance => isUnchanged,
            ClassicGroupState.Stable => isUnchanged && !isLeader,
            _ => false,
        };
        if (mayKeepGeneration)
        {
            Mark.Hit("group.join-answered-again");
            // It lost our answer; the generation it missed still stands.
            rebalances.Sessions.Touch(group, member);
            answer(GroupAnswers.Joined(group, member, withMembers: isLeader));
        }
        else
        {
            Update(member, request, client);
            rebalances.Await(group, member, answer);
        }
    }

    private void JoinAsStatic(
        ClassicGroup group, in JoinGroupRequest request, in GroupClient client, Action<JoinGroupResponse> answer)
    {
        var memberId = NewMemberId(request.GroupInstanceId);
        if (group.StaticMember(request.GroupInstanceId) is not { } old)
        {
            AddMember(group, memberId, request, client, answer);
            return;
        }

        var wasLeader = group.LeaderId == old.MemberId;
        var oldAssignment = old.Assignment;
        Mark.Hit("group.static-member-replaced");
        GroupRebalances.Remove(group, old, ErrorCode.FencedInstanceId);
        var member = new ClassicMember(memberId, request.GroupInstanceId.Copy()) { Assignment = oldAssignment };
        Update(member, request, client);
        if (group.State != ClassicGroupState.Stable)
        {
            TakeOver(group, member, wasLeader);
            rebalances.Await(group, member, answer);
            return;
        }

        TakeOver(group, member, wasLeader);
        if (group.SelectProtocol() == group.ProtocolName)
        {
            Persist(group, member, wasLeader ? old.MemberId : Text.Null, client.Version, answer);
        }
        else
        {
            rebalances.Await(group, member, answer);
        }
    }

    private void TakeOver(ClassicGroup group, ClassicMember member, bool isLeader)
    {
        group.Add(member);
        if (isLeader)
        {
            group.LeaderId = member.MemberId;
        }

        rebalances.Sessions.Touch(group, member);
    }

    /// <summary>
    /// A static member came back under a new member id and nothing else changed: no rebalance, once the log knows the id.
    /// A client too old to be told "do not assign" is told that somebody else leads, so that it does not assign either.
    /// </summary>
    private static void Persist(
        ClassicGroup group, ClassicMember member, Text oldLeaderId, short version, Action<JoinGroupResponse> answer)
    {
        var generationId = group.GenerationId;
        var record = GroupRecords.GroupMetadata(group.GroupId, GroupRecords.ValueOf(group, static m => m.Assignment));
        group.Partition.Append(group, [record], error =>
        {
            if (error != ErrorCode.None)
            {
                Mark.Hit("group.static-member-not-stored");
                answer(GroupAnswers.JoinFailed(member.MemberId, GroupAnswers.OfAppend(error)));
            }
            else if (group.Member(member.MemberId) != member)
            {
                Mark.Hit("group.static-member-replaced-again");
                answer(GroupAnswers.JoinFailed(member.MemberId, ErrorCode.UnknownMemberId));
            }
            else if (group.GenerationId != generationId || group.State != ClassicGroupState.Stable)
            {
                Mark.Hit("group.static-member-overtaken");
                answer(GroupAnswers.JoinFailed(member.MemberId, ErrorCode.RebalanceInProgress));
            }
            else
            {
                answer(Returned(group, member, oldLeaderId, version));
            }
        });
    }

    private static JoinGroupResponse Returned(ClassicGroup group, ClassicMember member, Text oldLeaderId, short version)
    {
        var canSkip = version >= SkipAssignmentSince;
        var isLeader = group.LeaderId == member.MemberId;
        var response = GroupAnswers.Joined(group, member, withMembers: isLeader && canSkip);
        response.SkipAssignment = isLeader && canSkip;
        if (!canSkip && !oldLeaderId.IsNull)
        {
            response.Leader = oldLeaderId;
        }

        return response;
    }

    private void AddMember(
        ClassicGroup group, Text memberId, in JoinGroupRequest request, in GroupClient client, Action<JoinGroupResponse> answer)
    {
        var instanceId = request.GroupInstanceId.Copy();
        var member = new ClassicMember(memberId, instanceId) { IsNew = true };
        Update(member, request, client);
        if (group.Members.Count == 0)
        {
            group.ProtocolType = request.ProtocolType.Copy();
        }

        rebalances.Await(group, member, answer);
    }

    private static void Update(ClassicMember member, in JoinGroupRequest request, in GroupClient client)
    {
        member.ClientId = client.ClientId.Copy();
        member.ClientHost = client.ClientHost.Copy();
        member.SessionTimeoutMs = request.SessionTimeoutMs;
        // JoinGroup v0 has no rebalance timeout: the session timeout stands for it.
        member.RebalanceTimeoutMs = client.Version >= 1 ? request.RebalanceTimeoutMs : request.SessionTimeoutMs;
        member.Protocols = GroupProtocol.CopyOf(request.Protocols);
    }

    private static Text[] NamesOf(in JoinGroupRequest request)
    {
        var names = new Text[request.Protocols.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = request.Protocols[i].Name;
        }

        return names;
    }

    /// <summary>Client id or instance id, a dash, and a random UUID as Java prints it.</summary>
    private Text NewMemberId(Text prefix)
    {
        Span<byte> bytes = stackalloc byte[16];
        shard.Random.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return $"{prefix}-{new Guid(bytes, bigEndian: true):D}";
    }
}
