using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Metadata;

/// <summary>A topic while a delta changes it. Owned by its delta.</summary>
internal sealed class TopicBuilder
{
    private readonly SortedDictionary<int, PartitionImage> _partitions = [];

    internal TopicBuilder(TopicImage before)
    {
        Before = before;
        Name = before.Name;
        NameText = before.NameText;
        Id = before.Id;
        foreach (var partition in before.Partitions)
        {
            _partitions.Add(partition.PartitionId, partition);
        }
    }

    internal TopicBuilder(in TopicRecord record)
    {
        NameText = record.Name.Copy();
        Name = NameText.ToString();
        Id = record.TopicId;
    }

    internal TopicImage? Before { get; }

    internal string Name { get; }

    internal Text NameText { get; }

    internal Uuid Id { get; }

    internal void Replay(in PartitionRecord record)
    {
        var replicas = Copy(record.Replicas);
        _partitions[record.PartitionId] = new PartitionImage
        {
            PartitionId = record.PartitionId,
            Replicas = replicas,
            Directories = DirectoriesOf(record.Directories, replicas.Length),
            Isr = Copy(record.Isr),
            RemovingReplicas = Copy(record.RemovingReplicas),
            AddingReplicas = Copy(record.AddingReplicas),
            EligibleLeaderReplicas = Copy(record.EligibleLeaderReplicas),
            LastKnownElr = Copy(record.LastKnownElr),
            Leader = record.Leader,
            LeaderEpoch = record.LeaderEpoch,
            PartitionEpoch = record.PartitionEpoch,
            LeaderRecoveryState = record.LeaderRecoveryState,
        };
    }

    internal void Replay(in PartitionChangeRecord record)
    {
        const int leaderUnchanged = -2;
        if (!_partitions.TryGetValue(record.PartitionId, out var before))
        {
            throw new MetadataFormatException($"change of partition {Name}-{record.PartitionId}, which does not exist");
        }

        var replicas = record.Replicas.IsNull ? before.Replicas : Copy(record.Replicas);
        _partitions[record.PartitionId] = before with
        {
            Replicas = replicas,
            Directories = record.Directories.IsNull && replicas.Length == before.Directories.Length
                ? before.Directories
                : DirectoriesOf(record.Directories, replicas.Length),
            Isr = record.Isr.IsNull ? before.Isr : Copy(record.Isr),
            RemovingReplicas = record.RemovingReplicas.IsNull ? before.RemovingReplicas : Copy(record.RemovingReplicas),
            AddingReplicas = record.AddingReplicas.IsNull ? before.AddingReplicas : Copy(record.AddingReplicas),
            EligibleLeaderReplicas = record.EligibleLeaderReplicas.IsNull
                ? before.EligibleLeaderReplicas
                : Copy(record.EligibleLeaderReplicas),
            LastKnownElr = record.LastKnownElr.IsNull ? before.LastKnownElr : Copy(record.LastKnownElr),
            Leader = record.Leader == leaderUnchanged ? before.Leader : record.Leader,
            LeaderEpoch = record.Leader == leaderUnchanged ? before.LeaderEpoch : before.LeaderEpoch + 1,
            PartitionEpoch = before.PartitionEpoch + 1,
            LeaderRecoveryState = record.LeaderRecoveryState < 0 ? before.LeaderRecoveryState : record.LeaderRecoveryState,
        };
    }

    internal void ClearElr()
    {
        foreach (var (id, partition) in _partitions.ToArray())
        {
            if (!partition.EligibleLeaderReplicas.IsEmpty || !partition.LastKnownElr.IsEmpty)
            {
                _partitions[id] = partition with
                {
                    EligibleLeaderReplicas = [],
                    LastKnownElr = [],
                    PartitionEpoch = partition.PartitionEpoch + 1,
                };
            }
        }
    }

    internal TopicImage Build()
    {
        var partitions = _partitions.Values.ToImmutableArray();
        for (var i = 0; i < partitions.Length; i++)
        {
            if (partitions[i].PartitionId != i)
            {
                throw new MetadataFormatException(
                    $"topic {Name} has partition {partitions[i].PartitionId} but no partition {i}");
            }
        }

        return new TopicImage(Name, NameText, Id, partitions);
    }

    private static ImmutableArray<int> Copy(in Seq<int> nodeIds) =>
        ImmutableCollectionsMarshal.AsImmutableArray(nodeIds.ToArray());

    // Records from before KIP-858 carry no directories: each replica's is then "migrating".
    private static ImmutableArray<Uuid> DirectoriesOf(in Seq<Uuid> directories, int replicas) =>
        directories.Count == replicas
            ? ImmutableCollectionsMarshal.AsImmutableArray(directories.ToArray())
            : ImmutableCollectionsMarshal.AsImmutableArray(new Uuid[replicas]);
}
