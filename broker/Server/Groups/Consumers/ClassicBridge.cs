using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// Members that speak the classic protocol in a group of the consumer protocol: their joins, syncs, heartbeats and departures.
/// Each rebalances by itself; the others do not wait for it. Owned by the coordinator of its shard.
/// </summary>
internal sealed class ClassicBridge(
    Shard shard, GroupConfig config, IGroupTopics topics, ConsumerSteps steps, ConsumerChanges changes)
{
    /// <summary>Since this version a dynamic member must come back with the id it was given (KIP-394).</summary>
    private const short MemberIdRequiredSince = 4;

    private readonly EmbeddedProtocol _embedded = new(topics);

    /// <summary>JoinGroup; the group's line is free.</summary>
    internal void Join(ClassicGroup group, in JoinGroupRequest request, GroupClient client, Action<JoinGroupResponse> answer)
    {
        var consumer = group.Consumer!;
        var isUnknown = request.MemberId.IsNullOrEmpty;
        if (consumer.Members.Count >= config.ConsumerMaxSize && consumer.Member(request.MemberId) is null)
        {
            Mark.Hit("consumer-group.max-size-reached-by-classic");
            answer(GroupAnswers.JoinFailed(request.MemberId, ErrorCode.GroupMaxSizeReached));
            return;
        }

        if (!Accepts(consumer, request))
        {
            Mark.Hit("consumer-group.classic-protocol-inconsistent");
            answer(GroupAnswers.JoinFailed(Text.Empty, ErrorCode.InconsistentGroupProtocol));
            return;
        }

        var memberId = isUnknown ? Text.Of(Uuid.FromRandom(shard.Random).ToString()) : request.MemberId.Copy();
        if (isUnknown && request.GroupInstanceId.IsNull && client.Version >= MemberIdRequiredSince)
        {
            answer(GroupAnswers.JoinFailed(memberId, ErrorCode.MemberIdRequired));
            return;
        }

        var draft = new ConsumerDraft(group.GroupId, consumer);
        var error = Take(group, draft, memberId, request, client);
        if (error != ErrorCode.None)
        {
            answer(GroupAnswers.JoinFailed(request.MemberId, error));
            return;
        }

        Mark.Hit("consumer-group.classic-member-joined");
        changes.Write(group, draft, stored => OnJoined(group, memberId, stored, answer));
    }

    private ErrorCode Take(ClassicGroup group, ConsumerDraft draft, Text memberId, in JoinGroupRequest request, in GroupClient client)
    {
        if (!EmbeddedProtocol.TryReadSubscription(request.Protocols[0].Metadata, out var subscription))
        {
            return ErrorCode.InconsistentGroupProtocol;
        }

        var error = Find(draft, memberId, request.GroupInstanceId, request.MemberId.IsNullOrEmpty, out var before);
        if (error != ErrorCode.None)
        {
            return error;
        }

        var after = Update(before!, request, client, subscription);
        return steps.Take(draft, before!, after, _embedded.OwnedOf(subscription), group.TopicsSeen)?.Error ?? ErrorCode.None;
    }

    private void OnJoined(ClassicGroup group, Text memberId, ErrorCode error, Action<JoinGroupResponse> answer)
    {
        if (error != ErrorCode.None)
        {
            answer(GroupAnswers.JoinFailed(memberId, error));
            return;
        }

        var member = group.Consumer!.Member(memberId)!;
        changes.Sessions.Touch(group, member);
        changes.Sessions.Follow(group, member);
        changes.Sessions.ExpectClassic(group, member, restart: true);
        answer(new JoinGroupResponse
        {
            GenerationId = member.MemberEpoch,
            ProtocolType = Subscriptions.ConsumerProtocolType,
            ProtocolName = member.Classic!.Protocols[0].Name,
            Leader = Text.Empty,
            MemberId = memberId,
        });
    }

    /// <summary>SyncGroup.</summary>
    internal SyncGroupResponse Sync(ClassicGroup group, in SyncGroupRequest request)
    {
        var consumer = group.Consumer!;
        var error = Find(consumer, request.MemberId, request.GroupInstanceId, request.GenerationId, out var member);
        if (error != ErrorCode.None)
        {
            return GroupAnswers.SyncFailed(error);
        }

        var protocol = member!.Classic!.Protocols[0];
        if ((!request.ProtocolType.IsNull && request.ProtocolType != Subscriptions.ConsumerProtocolType)
            || (!request.ProtocolName.IsNull && request.ProtocolName != protocol.Name))
        {
            return GroupAnswers.SyncFailed(ErrorCode.InconsistentGroupProtocol);
        }

        changes.Sessions.Touch(group, member);
        if (consumer.TargetEpoch > member.MemberEpoch && member.State != MemberState.UnrevokedPartitions)
        {
            Mark.Hit("consumer-group.classic-sync-overtaken");
            changes.Sessions.ExpectClassic(group, member, restart: false);
            return GroupAnswers.SyncFailed(ErrorCode.RebalanceInProgress);
        }

        ConsumerSessions.ClassicCame(group, member.MemberId);
        return new SyncGroupResponse
        {
            ProtocolType = Subscriptions.ConsumerProtocolType,
            ProtocolName = protocol.Name,
            Assignment = _embedded.AssignmentOf(member, EmbeddedProtocol.VersionOf(protocol.Metadata)),
        };
    }

    /// <summary>Heartbeat.</summary>
    internal ErrorCode Beat(ClassicGroup group, in HeartbeatRequest request)
    {
        var consumer = group.Consumer!;
        var error = Find(consumer, request.MemberId, request.GroupInstanceId, request.GenerationId, out var member);
        if (error != ErrorCode.None)
        {
            return error;
        }

        changes.Sessions.Touch(group, member!);
        var mustJoin = member!.State switch
        {
            MemberState.UnrevokedPartitions => true,
            MemberState.UnreleasedPartitions => !IsWaiting(consumer, member),
            _ => false,
        };
        if (!mustJoin && member.MemberEpoch >= consumer.GroupEpoch)
        {
            return ErrorCode.None;
        }

        changes.Sessions.ExpectClassic(group, member, restart: false);
        return ErrorCode.RebalanceInProgress;
    }

    /// <summary>LeaveGroup; the group's line is free.</summary>
    internal void Leave(ClassicGroup group, in LeaveGroupRequest request, short version, Action<LeaveGroupResponse> answer)
    {
        var consumer = group.Consumer!;
        var leaving = new List<Text>();
        var response = new LeaveGroupResponse();
        if (version < 3)
        {
            response.ErrorCode = (short)FindToLeave(consumer, request.MemberId, Text.Null, leaving);
        }
        else
        {
            foreach (var identity in request.Members)
            {
                response.Members.Add(new LeaveGroupResponse.MemberResponse
                {
                    MemberId = identity.MemberId,
                    GroupInstanceId = identity.GroupInstanceId,
                    ErrorCode = (short)FindToLeave(consumer, identity.MemberId, identity.GroupInstanceId, leaving),
                });
            }
        }

        if (leaving.Count == 0)
        {
            answer(response);
            return;
        }

        changes.Remove(group, leaving, error => answer(error == ErrorCode.None ? response : new LeaveGroupResponse { ErrorCode = (short)error }));
    }

    private static bool IsWaiting(ConsumerGroup group, ConsumerMember member) => group.TargetOf(member.MemberId).Any(
        partition => group.Owners.TryGetValue(partition, out var owner) && owner != member.MemberId);

    private static ErrorCode FindToLeave(ConsumerGroup group, Text memberId, Text instanceId, List<Text> leaving)
    {
        // An administrator removes a static member by its instance id alone, whichever protocol it speaks.
        var isByInstance = memberId.IsNullOrEmpty && !instanceId.IsNull;
        var member = isByInstance ? group.StaticMember(instanceId) : null;
        var error = isByInstance switch
        {
            true => member is null ? ErrorCode.UnknownMemberId : ErrorCode.None,
            false => Find(group, memberId, instanceId, out member),
        };
        if (error == ErrorCode.None && !leaving.Contains(member!.MemberId))
        {
            leaving.Add(member.MemberId);
        }

        return error;
    }

    private static ErrorCode Find(ConsumerGroup group, Text memberId, Text instanceId, int generationId, out ConsumerMember? member)
    {
        var error = Find(group, memberId, instanceId, out member);
        return error == ErrorCode.None && member!.MemberEpoch != generationId ? ErrorCode.IllegalGeneration : error;
    }

    private static ErrorCode Find(ConsumerGroup group, Text memberId, Text instanceId, out ConsumerMember? member)
    {
        member = instanceId.IsNull ? group.Member(memberId) : group.StaticMember(instanceId);
        if (member is not null && member.MemberId != memberId)
        {
            return ErrorCode.FencedInstanceId;
        }

        return member?.Classic is null ? ErrorCode.UnknownMemberId : ErrorCode.None;
    }

    private static ErrorCode Find(ConsumerDraft draft, Text memberId, Text instanceId, bool isUnknown, out ConsumerMember? member)
    {
        member = instanceId.IsNull ? draft.Group.Member(memberId) : draft.Group.StaticMember(instanceId);
        if (member is null)
        {
            member = new ConsumerMember { MemberId = memberId };
            return instanceId.IsNull || isUnknown ? ErrorCode.None : ErrorCode.UnknownMemberId;
        }

        if (member.MemberId == memberId)
        {
            return ErrorCode.None;
        }

        if (!isUnknown)
        {
            return ErrorCode.FencedInstanceId;
        }

        Mark.Hit("consumer-group.static-member-replaced-by-classic");
        member = ConsumerSteps.Replace(draft, member, memberId);
        return ErrorCode.None;
    }

    private static bool Accepts(ConsumerGroup group, in JoinGroupRequest request)
    {
        if (request.ProtocolType != Subscriptions.ConsumerProtocolType)
        {
            return false;
        }

        foreach (var protocol in request.Protocols)
        {
            if (group.Members.Values.All(member => member.Classic is null || member.Classic.Protocols.Any(own => own.Name == protocol.Name)))
            {
                return true;
            }
        }

        return false;
    }

    private static ConsumerMember Update(
        ConsumerMember member, in JoinGroupRequest request, in GroupClient client, in ConsumerProtocolSubscription subscription) => member with
        {
            InstanceId = request.GroupInstanceId.Copy(),
            RackId = subscription.RackId.Copy(),
            // JoinGroup v0 has no rebalance timeout: the session timeout stands for it.
            RebalanceTimeoutMs = client.Version >= 1 ? request.RebalanceTimeoutMs : request.SessionTimeoutMs,
            SubscribedTopicNames = EmbeddedProtocol.TopicsOf(subscription),
            SubscribedTopicRegex = Text.Null,
            ServerAssignor = Text.Null,
            ClientId = client.ClientId.Copy(),
            ClientHost = client.ClientHost.Copy(),
            Classic = new ClassicFacet(request.SessionTimeoutMs, GroupProtocol.CopyOf(request.Protocols)),
        };
}
