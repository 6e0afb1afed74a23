using Deterministic.Protocol;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// Sees all members of all groups: what each was given must be what the leader of that generation decided for it, and no
/// partition may have two owners in one generation of one life of a group, unless faults may make
/// the coordinator forget what it gave. Owned by the fleet.
/// </summary>
internal sealed class GroupObserver(Func<bool> mayForget)
{
    private readonly Dictionary<(string Group, int Generation, string MemberId), List<IReadOnlyList<TopicPartition>>> _decided = [];
    private readonly Dictionary<(string Group, int Life, int Generation, TopicPartition Partition), string> _owners = [];
    private readonly Dictionary<(string Group, string InstanceId), SortedSet<string>> _holders = [];
    private readonly HashSet<(string Group, string MemberId)> _superseded = [];
    private readonly Dictionary<string, int> _lives = new(StringComparer.Ordinal);

    /// <summary>
    /// The life that a group is in. One that was empty and kept no offsets is removed, and begins again at generation 1 when
    /// somebody joins.
    /// </summary>
    internal int LifeOf(string group) => _lives.GetValueOrDefault(group);

    /// <summary>The life of which an answer speaks, when <paramref name="asked"/> is the one in which it was asked for; null when it may be either.</summary>
    internal int? LifeSince(string group, int asked) => LifeOf(group) == asked ? asked : null;

    /// <summary>The member ids that were given out under an instance id so far: whoever joins under it now supersedes them.</summary>
    internal IReadOnlyList<string> HoldersOf(string group, string instanceId) =>
        _holders.TryGetValue((group, instanceId), out var holders) ? [.. holders] : [];

    /// <summary>A member joined under an instance id, when the others had been given out before it asked.</summary>
    internal void OnHolds(string group, string instanceId, string memberId, IReadOnlyList<string> before, int brokerLife, int lifeNow)
    {
        if (!_holders.TryGetValue((group, instanceId), out var holders))
        {
            _holders.Add((group, instanceId), holders = []);
        }

        holders.Add(memberId);
        if (brokerLife == lifeNow)
        {
            _superseded.UnionWith(before.Where(other => other != memberId).Select(other => (group, other)));
        }
    }

    /// <summary>Whether another process has the member's instance id for good. A broker that died may have forgotten who came last.</summary>
    internal bool IsSuperseded(string group, string memberId) => _superseded.Contains((group, memberId)) && !mayForget();

    /// <summary>The broker's process ended.</summary>
    internal void OnBrokerEnded()
    {
        _superseded.Clear();
        _holders.Clear();
    }

    /// <summary>The coordinator has removed the group.</summary>
    internal void OnRemoved(string group) => _lives[group] = LifeOf(group) + 1;

    /// <summary>The leader of a generation is about to say so.</summary>
    internal void OnDecided(string group, int generation, string memberId, IReadOnlyList<TopicPartition> partitions)
    {
        if (!_decided.TryGetValue((group, generation, memberId), out var decisions))
        {
            _decided.Add((group, generation, memberId), decisions = []);
        }

        decisions.Add(partitions);
    }

    /// <summary>
    /// A member takes up what the coordinator assigned to it. In one epoch a partition is given to one member: who still has it
    /// from an epoch before says so, and the coordinator waits. Not judged when nobody knows the group's life.
    /// </summary>
    internal void OnOwned(string group, string memberId, string? instanceId, int epoch, IReadOnlyList<TopicPartition> partitions, int? life)
    {
        if (life is not { } known)
        {
            return;
        }

        foreach (var partition in partitions)
        {
            var (key, owner) = ((group, known, epoch, partition), instanceId ?? memberId);
            if (!_owners.TryAdd(key, owner) && _owners[key] is var other && other != owner && !mayForget())
            {
                throw new ViolationException("one-owner", $"{partition} belongs in epoch {epoch} of {group} to {owner} and to {other}");
            }
        }
    }

    /// <summary>A member was told so. A static member that came back has what its earlier life was given.</summary>
    internal void OnAssigned(string group, int? life, int generation, string memberId, string? instanceId, IReadOnlyList<TopicPartition> partitions)
    {
        var isDecided = _decided.TryGetValue((group, generation, memberId), out var decisions)
            ? decisions.Exists(decision => new HashSet<TopicPartition>(decision).SetEquals(partitions))
            : instanceId is not null || partitions.Count == 0;
        if (!isDecided)
        {
            throw new ViolationException(
                "assignment-as-decided", $"{memberId} of {group} is given {string.Join(", ", partitions)} in generation {generation}, which its leader did not decide");
        }

        if (life is not { } known)
        {
            return;
        }

        foreach (var partition in partitions)
        {
            var owner = instanceId ?? memberId;
            if (!_owners.TryAdd((group, known, generation, partition), owner) && _owners[(group, known, generation, partition)] is var other && other != owner && !mayForget())
            {
                throw new ViolationException("one-owner", $"{partition} belongs in generation {generation} of {group} to {owner} and to {other}");
            }
        }
    }
}
