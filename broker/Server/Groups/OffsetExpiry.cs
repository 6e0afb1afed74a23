using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>
/// Offsets expire once nobody can want them (KIP-211): the group has been Empty for the retention time, or it consumes
/// but no longer from that topic, or it never had members and has not committed for that long. An empty group whose last
/// offset went goes too. Owned by the coordinator of its shard.
/// </summary>
internal sealed class OffsetExpiry(Shard shard, GroupConfig config)
{
    /// <summary>Writes the tombstones that are due in a partition.</summary>
    internal void Sweep(GroupPartition partition)
    {
        foreach (var group in partition.Groups.Values.ToArray())
        {
            // A commit under way may renew what seems expired; the next sweep sees.
            if (group.PendingAppends == 0 && !group.Line.IsBusy && !group.IsOfOtherProtocol)
            {
                Sweep(group);
                partition.MaybeForget(group);
            }
        }
    }

    /// <summary>The topic is gone, and so are its offsets, also those that an open transaction would commit.</summary>
    internal static void Forget(GroupPartition partition, Text topic)
    {
        foreach (var group in partition.Groups.Values.ToArray())
        {
            Forget(group, group.Offsets.All().Where(entry => entry.Topic == topic));
        }
    }

    /// <summary>Topics may have gone, or come again under the same name, while nobody led the partition: their offsets go too, if they say which topic they are of.</summary>
    internal static void ForgetGone(GroupPartition partition, IGroupTopics topics)
    {
        bool IsGone(Text topic, in CommittedOffset offset) =>
            !offset.TopicId.IsZero && (!topics.TryFind(topic.ToString(), out var id, out _) || offset.TopicId != id);
        foreach (var group in partition.Groups.Values.ToArray())
        {
            Forget(group, group.Offsets.All().Where(entry => IsGone(entry.Topic, entry.Offset)));
        }
    }

    private static void Forget(ClassicGroup group, IEnumerable<(Text Topic, int Partition, CommittedOffset Offset)> entries)
    {
        var tombstones = entries.Select(entry => (entry.Topic, entry.Partition)).Distinct()
            .Select(key => GroupRecords.OffsetTombstone(group.GroupId, key.Topic, key.Partition)).ToArray();
        if (tombstones.Length > 0)
        {
            Mark.Hit("offset-expiry.topic-deleted");
            group.Partition.Append(group, tombstones, static _ =>
            {
                // Nobody waits. Were they lost, the next load of the partition would find the offsets again.
            });
        }
    }

    private void Sweep(ClassicGroup group)
    {
        var records = new List<GroupRecord>();
        var subscribed = group.Consumer?.SubscribedTopics();
        var kept = 0;
        foreach (var (topic, partitions) in group.Offsets.Topics)
        {
            foreach (var (index, offset) in partitions)
            {
                if (IsExpired(group, subscribed, topic, offset) && !group.Offsets.IsPending(topic, index))
                {
                    Mark.Hit("offset-expiry.offset-expired");
                    records.Add(GroupRecords.OffsetTombstone(group.GroupId, topic, index));
                }
                else
                {
                    kept++;
                }
            }
        }

        if (kept == 0 && GroupDeletions.IsEmpty(group) && (records.Count > 0 || group.Offsets.IsEmpty))
        {
            Mark.Hit("offset-expiry.group-expired");
            records.AddRange(GroupDeletions.GroupTombstones(group));
        }

        if (records.Count > 0)
        {
            group.Partition.Append(group, records, static _ =>
            {
                // Nobody waits; what was not written is found again by the next sweep.
            });
        }
    }

    private bool IsExpired(ClassicGroup group, ImmutableSortedSet<Text>? subscribed, Text topic, in CommittedOffset offset)
    {
        var nowMs = shard.WallClockMs;
        if (UnwantedSinceMs(group, subscribed, topic, offset) is not { } sinceMs)
        {
            return false;
        }

        return offset.ExpireTimestampMs >= 0 ? nowMs >= offset.ExpireTimestampMs : nowMs - sinceMs >= config.OffsetsRetentionMs;
    }

    private static long? UnwantedSinceMs(ClassicGroup group, ImmutableSortedSet<Text>? ofConsumers, Text topic, in CommittedOffset offset)
    {
        if (ofConsumers is not null)
        {
            return ofConsumers.Contains(topic) ? null : offset.CommitTimestampMs;
        }

        if (group.State == ClassicGroupState.Empty)
        {
            // A group that never had members has no time of its own.
            return group.ProtocolType.IsNull || group.StateTimestampMs < 0
                ? offset.CommitTimestampMs
                : Math.Max(group.StateTimestampMs, offset.CommitTimestampMs);
        }

        var isUnsubscribed = group is { State: ClassicGroupState.Stable, SubscribedTopics: { } subscribed } && !subscribed.Contains(topic);
        return isUnsubscribed ? offset.CommitTimestampMs : null;
    }
}
