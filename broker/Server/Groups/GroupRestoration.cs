using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>Brings loaded groups back to life: members with fresh sessions, in the state that their latest record tells of.</summary>
internal static class GroupRestoration
{
    internal static void Restore(ClassicGroup group, MemberSessions sessions)
    {
        if (group.Stored is not { } stored)
        {
            return;
        }

        group.ProtocolType = stored.ProtocolType.IsNullOrEmpty ? Text.Null : stored.ProtocolType;
        group.GenerationId = stored.Generation;
        group.ProtocolName = stored.Protocol;
        group.StateTimestampMs = stored.CurrentStateTimestamp;
        foreach (var entry in stored.Members)
        {
            var member = new ClassicMember(entry.MemberId, entry.GroupInstanceId)
            {
                ClientId = entry.ClientId,
                ClientHost = entry.ClientHost,
                SessionTimeoutMs = entry.SessionTimeout,
                // Records older than version 1 have no rebalance timeout: the session timeout stands for it.
                RebalanceTimeoutMs = entry.RebalanceTimeout >= 0 ? entry.RebalanceTimeout : entry.SessionTimeout,
                Protocols = [new GroupProtocol(stored.Protocol, entry.Subscription)],
                Assignment = entry.Assignment,
            };
            group.Add(member);
            sessions.Touch(group, member);
        }

        if (group.Member(stored.Leader) is { } leader)
        {
            group.LeaderId = leader.MemberId;
        }

        group.LoadInto(group.Members.Count > 0 ? ClassicGroupState.Stable : ClassicGroupState.Empty);
        group.SubscribedTopics = Subscriptions.TopicsOf(group);
    }
}
