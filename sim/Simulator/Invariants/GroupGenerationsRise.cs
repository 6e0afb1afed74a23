using Deterministic.Protocol.Stored.Groups;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Server.Handlers;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// A group's generation never falls while its coordinator lives, and what is durable of it never falls at all, until the group
/// is removed: then it may begin again. Only one that is stored without members is removed. Tells of each that was.
/// </summary>
internal sealed class GroupGenerationsRise(World world, Func<string, bool> mayHarm, Action<string> onRemoved) : IInvariant
{
    private readonly Dictionary<(string Node, Text Group), (ClassicGroup Group, int Generation, GroupMetadataValue? Stored)> _known = [];

    private readonly Dictionary<(string Node, Text Group), (int Partition, int Epoch, bool IsEmpty)> _knownEpochs = [];

    /// <inheritdoc/>
    public string Name => "group-generations-rise";

    /// <inheritdoc/>
    public void OnMoved(BrokerWatch watch, WatchedLog log)
    {
        if (!string.Equals(log.Name.Topic, InternalTopics.ConsumerOffsets, StringComparison.Ordinal) || mayHarm(log.Log!.Path))
        {
            return;
        }

        foreach (var shard in watch.Parts!.Shards)
        {
            if (shard.Groups.Partitions.TryGetValue(log.Name.Partition, out var partition) && partition.State == GroupPartitionState.Active)
            {
                Look(watch.Broker.Node.Name, partition);
            }
        }
    }

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var (log, partition) in inspection.GroupPartitions())
        {
            if (!mayHarm(log.Log!.Path))
            {
                Look(inspection.Broker.Node.Name, partition);
            }
        }
    }

    private void Look(string node, GroupPartition partition)
    {
        NoteRemoved(node, partition);
        LookAtEpochs(node, partition);
        foreach (var (id, group) in partition.Groups)
        {
            var stored = group.Stored?.Generation ?? -1;
            if (_known.TryGetValue((node, id), out var known))
            {
                if (ReferenceEquals(known.Group, group) && group.Consumer is null && !group.Line.IsBusy && group.GenerationId < known.Generation)
                {
                    world.Fail(Name, $"{node}: group {id} went from generation {known.Generation} to {group.GenerationId}");
                }

                if (stored >= 0 && stored < known.Stored?.Generation)
                {
                    world.Fail(Name, $"{node}: group {id} is stored with generation {stored}; it had been {known.Stored?.Generation}");
                }
            }

            // The generations of a group that is on its way to the consumer protocol go on as epochs there.
            _known[(node, id)] = (group, group.Consumer is null && !group.Line.IsBusy ? group.GenerationId : -1, group.Stored);
        }
    }

    /// <summary>What is durable of the consumer protocol's epochs rises too, until the group, without members, is removed.</summary>
    private void LookAtEpochs(string node, GroupPartition partition)
    {
        foreach (var (key, known) in _knownEpochs.ToArray())
        {
            if (key.Node != node || known.Partition != partition.Index)
            {
                continue;
            }

            var now = partition.Find(key.Group)?.Consumer;
            if (now is null)
            {
                _knownEpochs.Remove(key);
                if (known.IsEmpty && partition.Find(key.Group)?.Stored is null)
                {
                    onRemoved(key.Group.ToString());
                }
            }
            else if (now.GroupEpoch < known.Epoch)
            {
                world.Fail(Name, $"{node}: group {key.Group} went from epoch {known.Epoch} to {now.GroupEpoch}");
            }
        }

        foreach (var (id, group) in partition.Groups)
        {
            if (group.Consumer is { } consumer)
            {
                _knownEpochs[(node, id)] = (partition.Index, consumer.GroupEpoch, consumer.Members.IsEmpty);
            }
        }
    }

    private void NoteRemoved(string node, GroupPartition partition)
    {
        foreach (var (key, known) in _known.ToArray())
        {
            if (key.Node == node && known.Group.Partition.Index == partition.Index
                && known.Stored is { Members.Count: 0 } && partition.Find(key.Group)?.Stored is null)
            {
                _known.Remove(key);
                onRemoved(key.Group.ToString());
            }
        }
    }
}
