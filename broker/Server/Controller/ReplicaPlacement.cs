using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>
/// Chooses brokers and log directories for new partitions: brokers in turn from a random one on, so that leaders spread;
/// on each broker the directory with the fewest partitions. Lives for one request.
/// </summary>
internal sealed class ReplicaPlacement
{
    private readonly ImmutableArray<BrokerImage> _usable;
    private readonly MetadataImage _image;
    private readonly Dictionary<int, SortedDictionary<Uuid, int>> _partitionsByDirectory = [];
    private int _next;

    internal ReplicaPlacement(ControllerContext context)
    {
        _image = context.Image;
        _usable = [.. context.Image.Brokers.Values.Where(broker => !broker.IsFenced && !broker.IsInControlledShutdown && HasRoom(broker))];
        _next = _usable.IsEmpty ? 0 : context.Random.Next(_usable.Length);
    }

    /// <summary>Whether one of its log directories takes new partitions (KIP-1066).</summary>
    private static bool HasRoom(BrokerImage broker) =>
        broker.LogDirs.IsEmpty || broker.CordonedLogDirs is not { IsEmpty: false } cordoned || broker.LogDirs.Any(directory => !cordoned.Contains(directory));

    /// <summary>How many brokers can take a replica.</summary>
    internal int BrokerCount => _usable.Length;

    /// <summary>Brokers for the replicas of one partition, the leader first.</summary>
    internal ImmutableArray<int> Place(int replicationFactor)
    {
        var replicas = ImmutableArray.CreateBuilder<int>(replicationFactor);
        for (var i = 0; i < replicationFactor; i++)
        {
            replicas.Add(_usable[(_next + i) % _usable.Length].BrokerId);
        }

        _next = (_next + 1) % _usable.Length;
        return replicas.MoveToImmutable();
    }

    /// <summary>A new partition on these replicas. A broker that is fenced cannot be in the ISR, so a manual assignment may begin with fewer in sync than replicas.</summary>
    internal PartitionImage NewPartition(int partitionId, ImmutableArray<int> replicas)
    {
        var isr = replicas.RemoveAll(replica => !_image.IsBrokerActive(replica));
        return new PartitionImage
        {
            PartitionId = partitionId,
            Replicas = replicas,
            Directories = PlaceDirectories(replicas),
            Isr = isr,
            Leader = isr[0],
            LeaderEpoch = 0,
            PartitionEpoch = 0,
        };
    }

    /// <summary>The log directories for the replicas of one partition.</summary>
    internal ImmutableArray<Uuid> PlaceDirectories(ImmutableArray<int> replicas) => [.. replicas.Select(PlaceDirectory)];

    private Uuid PlaceDirectory(int brokerId)
    {
        if (_image.FindBroker(brokerId) is not { } broker || broker.LogDirs.IsEmpty)
        {
            return DirectoryIds.Unassigned;
        }

        var usable = broker.CordonedLogDirs is { IsEmpty: false } cordoned
            ? broker.LogDirs.RemoveRange(cordoned)
            : broker.LogDirs;
        if (usable.Length < 2)
        {
            return usable.IsEmpty ? broker.LogDirs[0] : usable[0];
        }

        if (!_partitionsByDirectory.TryGetValue(brokerId, out var counts))
        {
            counts = Count(brokerId, usable);
            _partitionsByDirectory.Add(brokerId, counts);
        }

        var least = usable.MinBy(directory => counts[directory]);
        counts[least]++;
        return least;
    }

    private SortedDictionary<Uuid, int> Count(int brokerId, ImmutableArray<Uuid> directories)
    {
        var counts = new SortedDictionary<Uuid, int>();
        foreach (var directory in directories)
        {
            counts[directory] = 0;
        }

        foreach (var topic in _image.TopicsById.Values)
        {
            foreach (var partition in topic.Partitions)
            {
                var directory = partition.DirectoryOf(brokerId);
                if (counts.TryGetValue(directory, out var count))
                {
                    counts[directory] = count + 1;
                }
            }
        }

        return counts;
    }
}
