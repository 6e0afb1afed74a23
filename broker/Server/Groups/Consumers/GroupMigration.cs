using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored.Groups;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// Takes a group with its members from the classic protocol to the consumer protocol and back, while they go on consuming what
/// they have. Owned by the coordinator of its shard.
/// </summary>
internal sealed class GroupMigration(Shard shard, GroupConfig config, IGroupTopics topics, GroupRebalances rebalances)
{
    /// <summary>The classic group as one of the consumer protocol; its records are in the draft.</summary>
    internal GroupRefusal? Upgrade(ClassicGroup group, out ConsumerDraft? draft)
    {
        draft = new ConsumerDraft(group.GroupId, ConsumerGroup.Empty);
        if (group.Stored is not null || group.Members.Count > 0)
        {
            draft.Add(GroupRecords.GroupTombstone(group.GroupId));
        }

        if (group.Members.Count == 0)
        {
            // Its epochs go on from where its generations ended: who was a member long ago is told so.
            draft.Add(ConsumerRecords.GroupEpoch(group.GroupId, Math.Max(group.GenerationId, ConsumerGroup.FirstEpoch), metadataHash: 0));
            draft.Add(ConsumerRecords.TargetEpoch(group.GroupId, Math.Max(group.GenerationId, ConsumerGroup.FirstEpoch), timestampMs: 0));
            return null;
        }

        if (WhyNot(group) is { } reason)
        {
            Mark.Hit("group-migration.refused");
            draft = null;
            return new GroupRefusal(ErrorCode.GroupIdNotFound, $"Cannot upgrade classic group {group.GroupId} to consumer group because {reason}.");
        }

        var embedded = new EmbeddedProtocol(topics);
        var epoch = Math.Max(group.GenerationId, ConsumerGroup.FirstEpoch);
        var taken = new HashSet<Replication.TopicIdPartition>();
        foreach (var (_, member) in group.Members)
        {
            if (embedded.MemberOf(group, member, epoch, taken) is not { } upgraded)
            {
                Mark.Hit("group-migration.malformed");
                draft = null;
                return new GroupRefusal(
                    ErrorCode.GroupIdNotFound,
                    $"Cannot upgrade classic group {group.GroupId} to consumer group because the embedded consumer protocol is malformed.");
            }

            draft.Add(ConsumerRecords.Member(group.GroupId, upgraded));
            draft.Add(ConsumerRecords.TargetMember(group.GroupId, upgraded.MemberId, [.. upgraded.Assigned.Keys]));
            draft.Add(ConsumerRecords.Assignment(group.GroupId, upgraded));
        }

        Mark.Hit("group-migration.upgraded");
        draft.Add(ConsumerRecords.GroupEpoch(group.GroupId, epoch, metadataHash: 0));
        draft.Add(ConsumerRecords.TargetEpoch(group.GroupId, epoch, timestampMs: 0));
        return null;
    }

    /// <summary>The upgrade is being written: whoever waits in the classic protocol comes again and finds the new one.</summary>
    internal static void CloseClassic(ClassicGroup group)
    {
        GroupRebalances.Disband(group, ErrorCode.RebalanceInProgress);
        group.Reset();
    }

    /// <summary>The upgrade could not be written: the group is what the log still says.</summary>
    internal void ReopenClassic(ClassicGroup group)
    {
        if (group.Consumer is null && group.Partition.State == GroupPartitionState.Active)
        {
            Mark.Hit("group-migration.taken-back");
            GroupRestoration.Restore(group, rebalances.Sessions);
        }
    }

    /// <summary>The records that make a group of classic members one of their protocol.</summary>
    internal IReadOnlyList<GroupRecord> Downgrade(Text groupId, ConsumerGroup group)
    {
        var records = new List<GroupRecord>();
        foreach (var (memberId, _) in group.Members)
        {
            records.Add(ConsumerRecords.AssignmentTombstone(groupId, memberId));
            records.Add(ConsumerRecords.TargetMemberTombstone(groupId, memberId));
            records.Add(ConsumerRecords.MemberTombstone(groupId, memberId));
        }

        records.AddRange(Tombstones(groupId, group));
        records.Add(GroupRecords.GroupMetadata(groupId, ClassicValueOf(group)));
        return records;
    }

    /// <summary>The records that end a group without members.</summary>
    internal static IEnumerable<GroupRecord> Tombstones(Text groupId, ConsumerGroup group)
    {
        foreach (var (regex, _) in group.Regexes)
        {
            yield return ConsumerRecords.RegexTombstone(groupId, regex);
        }

        yield return ConsumerRecords.TargetEpochTombstone(groupId);
        if (group.HasPartitionMetadata)
        {
            yield return ConsumerRecords.PartitionMetadataTombstone(groupId);
        }

        yield return ConsumerRecords.GroupTombstone(groupId);
    }

    /// <summary>The downgrade is durable: the members are of the classic group now, and share the partitions among themselves.</summary>
    internal void BecomeClassic(ClassicGroup group, ConsumerGroup was)
    {
        ConsumerSessions.Prune(group);
        GroupRestoration.Restore(group, rebalances.Sessions);
        foreach (var (_, member) in group.Members)
        {
            member.Protocols = was.Member(member.MemberId)!.Classic!.Protocols;
        }

        rebalances.MaybePrepare(group);
    }

    private string? WhyNot(ClassicGroup group)
    {
        if (!config.MigrationPolicy.HasFlag(MigrationPolicy.Upgrade))
        {
            return "online upgrade is disabled";
        }

        if (!group.IsConsumerProtocol)
        {
            return "the group does not use the consumer embedded protocol";
        }

        return group.Members.Count > config.ConsumerMaxSize ? "the group size exceeds the consumer group maximum size" : null;
    }

    private GroupMetadataValue ClassicValueOf(ConsumerGroup group)
    {
        var first = group.Members.Values.First();
        var protocol = first.Classic!.Protocols
            .First(own => group.Members.Values.All(member => member.Classic!.Protocols.Any(other => other.Name == own.Name)))
            .Name;
        var value = new GroupMetadataValue
        {
            ProtocolType = Subscriptions.ConsumerProtocolType,
            Generation = group.GroupEpoch,
            Protocol = protocol,
            Leader = first.MemberId,
            CurrentStateTimestamp = shard.WallClockMs,
        };
        var embedded = new EmbeddedProtocol(topics);
        foreach (var (_, member) in group.Members)
        {
            var metadata = member.Classic!.Protocols.First(own => own.Name == protocol).Metadata;
            value.Members.Add(new GroupMetadataValue.MemberMetadata
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.InstanceId,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                RebalanceTimeout = member.RebalanceTimeoutMs,
                SessionTimeout = member.Classic.SessionTimeoutMs,
                Subscription = metadata,
                Assignment = embedded.AssignmentOf(member, EmbeddedProtocol.VersionOf(metadata)),
            });
        }

        return value;
    }
}
