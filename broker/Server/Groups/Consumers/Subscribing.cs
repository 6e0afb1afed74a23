using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Patterns;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// What a group subscribes to: takes up a member's subscription, resolves expressions, and raises the group's epoch when
/// subscriptions or their topics changed. Owned by the coordinator of its shard.
/// </summary>
internal sealed class Subscribing(Shard shard, GroupConfig config, IGroupTopics topics)
{
    /// <summary>
    /// Decides the records of a member's metadata and of the group's epoch. <paramref name="topicsSeen"/> is the version of the
    /// topics that the group looked at last; negative when it never did.
    /// </summary>
    internal GroupRefusal? Update(ConsumerDraft draft, ConsumerMember before, ConsumerMember after, long topicsSeen)
    {
        var isNew = draft.Group.Member(after.MemberId) is null;
        if (after.HasRegex && !draft.Group.Regexes.ContainsKey(after.SubscribedTopicRegex)
            && TopicPattern.TryParse(after.SubscribedTopicRegex.ToString(), out var error) is null)
        {
            return new GroupRefusal(
                ErrorCode.InvalidRegularExpression,
                $"SubscribedTopicRegex `{after.SubscribedTopicRegex}` is not a valid regular expression: {error}.");
        }

        if (isNew || !before.HasMetadataOf(after))
        {
            draft.Add(ConsumerRecords.Member(draft.GroupId, after));
        }

        // Nobody set the clock of the whole cluster: what an expression matched is looked up again after a while in any case.
        var isStale = topicsSeen != topics.Version || draft.Group.Regexes.Values.Any(IsOld);
        ResolveRegexes(draft, isStale);
        var hasChanged = !before.SubscribedTopicNames.SetEquals(after.SubscribedTopicNames) || before.SubscribedTopicRegex != after.SubscribedTopicRegex
            && (before.HasRegex || after.HasRegex);
        MaybeRaiseEpoch(draft, hasChanged, isStale);
        return null;
    }

    /// <summary>Members went: the group is another.</summary>
    internal void OnMembersGone(ConsumerDraft draft)
    {
        ResolveRegexes(draft, isStale: false);
        MaybeRaiseEpoch(draft, hasChanged: true, isStale: true);
    }

    private bool IsOld(ResolvedRegex resolved) => shard.WallClockMs - resolved.TimestampMs >= config.ConsumerRegexRefreshIntervalMs;

    private void ResolveRegexes(ConsumerDraft draft, bool isStale)
    {
        var wanted = ConsumerMember.NoTopics.Union(draft.Group.Members.Values.Where(member => member.HasRegex).Select(member => member.SubscribedTopicRegex));
        foreach (var (regex, _) in draft.Group.Regexes)
        {
            if (!wanted.Contains(regex))
            {
                draft.Add(ConsumerRecords.RegexTombstone(draft.GroupId, regex));
            }
        }

        foreach (var regex in wanted)
        {
            draft.Group.Regexes.TryGetValue(regex, out var known);
            if (known is null || isStale)
            {
                var matched = Match(regex);
                if (known is null || !known.Topics.SetEquals(matched) || IsOld(known))
                {
                    Mark.Hit("consumer-group.regex-resolved");
                    draft.Add(ConsumerRecords.Regex(draft.GroupId, regex, new ResolvedRegex(matched, topics.MetadataOffset, shard.WallClockMs)));
                }
            }
        }
    }

    private ImmutableSortedSet<Text> Match(Text regex)
    {
        // One that was stored by a broker with another syntax matches nothing here.
        var pattern = TopicPattern.TryParse(regex.ToString(), out _);
        return pattern is null
            ? ConsumerMember.NoTopics
            : ConsumerMember.NoTopics.Union(topics.Names.Where(name => pattern.IsMatch(name.ToString())));
    }

    private void MaybeRaiseEpoch(ConsumerDraft draft, bool hasChanged, bool isStale)
    {
        var group = draft.Group;
        var hash = hasChanged || isStale ? TopicsHash.Of(group.SubscribedTopics(), topics) : group.MetadataHash;
        if (hasChanged || hash != group.MetadataHash)
        {
            if (!hasChanged)
            {
                Mark.Hit("consumer-group.topics-changed");
            }

            draft.Add(ConsumerRecords.GroupEpoch(draft.GroupId, group.GroupEpoch + 1, hash));
        }
    }
}
