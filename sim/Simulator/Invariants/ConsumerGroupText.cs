using Deterministic.Server.Groups.Consumers;

namespace Deterministic.Simulator.Invariants;

/// <summary>A group of the consumer protocol as text, by which two states are compared and told of. Stateless.</summary>
internal static class ConsumerGroupText
{
    internal static string Of(ConsumerGroup? group)
    {
        if (group is null)
        {
            return "no group of the consumer protocol";
        }

        var members = group.Members.Values.Select(member =>
            $"{member.MemberId}/{member.InstanceId} {member.State} in {member.MemberEpoch} after {member.PreviousMemberEpoch}"
            + $" has [{string.Join(' ', member.Assigned)}] gives up [{string.Join(' ', member.PendingRevocation)}]"
            + $" of [{string.Join(' ', group.TargetOf(member.MemberId))}], wants {string.Join(' ', member.SubscribedTopicNames)} {member.SubscribedTopicRegex}"
            + $"{(member.Classic is null ? "" : ", classic")}");
        return $"epoch {group.GroupEpoch} target {group.TargetEpoch} hash {group.MetadataHash:x} regexes {string.Join(' ', group.Regexes.Keys)}: {string.Join("; ", members)}";
    }
}
