using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Simulator.Worlds;

/// <summary>One life of a program on a node: its shards and their ports. Lives from boot until it ends in one of the ways of <see cref="ProcessEnd"/>.</summary>
public sealed class SimProcess
{
    private readonly List<ShardActor> _actors = [];
    private readonly IDisk _disk;
    private readonly INetwork _network;

    internal SimProcess(SimNode node, int life, int shardCount)
    {
        Node = node;
        Life = life;
        _disk = node.Disk.Attach(this);
        _network = node.Network.Attach(this);
        for (var i = 0; i < shardCount; i++)
        {
            var random = new ProcessRandom(node.World.Seed, node.Index, life, i);
            var shard = new Shard(new ShardId(i), node.Clock, _disk, _network, random, static () => { });
            var actor = new ShardActor(node.World, $"{node.Name}/shard-{i}", this, shard);
            _actors.Add(actor);
            node.World.Add(actor);
        }
    }

    /// <summary>Where it runs.</summary>
    public SimNode Node { get; }

    /// <summary>Which life of its node this is, from 1.</summary>
    public int Life { get; }

    /// <summary>False once it has ended: its shards never run again.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>What it is about, as told by whoever runs the program in it.</summary>
    public ProcessPhase Phase { get; set; }

    /// <summary>
    /// Whether an error of the disk that its program did not handle may end it, as it ends a program without a disk; anything
    /// else that a shard throws is a bug.
    /// </summary>
    public Func<IOException, bool> MayEndBy { get; set; } = static _ => false;

    /// <summary>Its shards.</summary>
    public IReadOnlyList<Shard> Shards => [.. _actors.Select(actor => actor.Shard)];

    private ShardActor? Current => _actors.FirstOrDefault(static actor => actor.Shard.IsCurrent);

    /// <summary>Throws when the process has ended; every port calls it first.</summary>
    public void CheckAlive()
    {
        if (!IsAlive)
        {
            throw new ProcessEndedException($"{Node.Name} ended in its life {Life}");
        }
    }

    /// <summary>The shard that runs now waits for a device, for so many microseconds.</summary>
    internal void Spend(long microseconds) => Current?.StayBusy(microseconds);

    /// <summary>The shard that runs now waits for a device until that world time, with whatever else it waits for meanwhile.</summary>
    internal void SpendUntil(long worldUs) => Current?.StayBusyUntil(worldUs);

    internal void End(ProcessEnd end)
    {
        IsAlive = false;
        Node.Disk.Detach(this, end);
        Node.Network.Detach(this, end);
        foreach (var actor in _actors)
        {
            Node.World.Remove(actor);
        }
    }
}
