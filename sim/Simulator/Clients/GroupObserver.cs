using Deterministic.Protocol;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// Sees all members of all groups: what each was given must be what the leader of that generation decided for it, and no
/// partition may have two owners in one generation. Owned by the fleet.
/// </summary>
internal sealed class GroupObserver
{
    private readonly Dictionary<(string Group, int Generation, string MemberId), List<IReadOnlyList<TopicPartition>>> _decided = [];
    private readonly Dictionary<(string Group, int Generation, TopicPartition Partition), string> _owners = [];

    /// <summary>The leader of a generation is about to say so.</summary>
    internal void OnDecided(string group, int generation, string memberId, IReadOnlyList<TopicPartition> partitions)
    {
        if (!_decided.TryGetValue((group, generation, memberId), out var decisions))
        {
            _decided.Add((group, generation, memberId), decisions = []);
        }

        decisions.Add(partitions);
    }

    /// <summary>A member was told so. A static member that came back has what its earlier life was given.</summary>
    internal void OnAssigned(string group, int generation, string memberId, string? instanceId, IReadOnlyList<TopicPartition> partitions)
    {
        var isDecided = _decided.TryGetValue((group, generation, memberId), out var decisions)
            ? decisions.Exists(decision => new HashSet<TopicPartition>(decision).SetEquals(partitions))
            : instanceId is not null || partitions.Count == 0;
        if (!isDecided)
        {
            throw new ViolationException(
                "assignment-as-decided", $"{memberId} of {group} is given {string.Join(", ", partitions)} in generation {generation}, which its leader did not decide");
        }

        foreach (var partition in partitions)
        {
            var owner = instanceId ?? memberId;
            if (!_owners.TryAdd((group, generation, partition), owner) && _owners[(group, generation, partition)] != owner)
            {
                throw new ViolationException(
                    "one-owner", $"{partition} belongs in generation {generation} of {group} to {owner} and to {_owners[(group, generation, partition)]}");
            }
        }
    }
}
