using Deterministic.Server.Replication;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// All invariants of a run, and whom they watch. The run tells it of steps and states, and asks it to inspect now and then; a
/// violation is told to the world. Owned by the run.
/// </summary>
public sealed class InvariantSet
{
    private readonly World _world;
    private readonly IReadOnlyList<IInvariant> _invariants;
    private readonly Dictionary<SimBroker, BrokerWatch> _watches = [];

    internal InvariantSet(World world, IReadOnlyList<IInvariant> invariants)
    {
        _world = world;
        _invariants = invariants;
    }

    /// <summary>Whether the faults of the run may harm that file for good: what it holds is then not held against the broker.</summary>
    public Func<string, bool> MayHarm { get; set; } = static _ => false;

    /// <summary>Told of each group that a coordinator removed: if it comes again it begins anew.</summary>
    public Action<string> OnGroupRemoved { get; set; } = static _ => { };

    /// <summary>What clients were told; they write it down, and brokers are held to it.</summary>
    public Promises Promises { get; private init; } = new();

    /// <summary>The names of the invariants.</summary>
    public IEnumerable<string> Names => _invariants.Select(invariant => invariant.Name);

    /// <summary>Every invariant there is.</summary>
    public static InvariantSet All(World world)
    {
        InvariantSet? set = null;
        var promises = new Promises();
        return set = new InvariantSet(world, AllInvariants.Of(world, path => set!.MayHarm(path), group => set!.OnGroupRemoved(group), promises))
        {
            Promises = promises,
        };
    }

    /// <summary>A shard of the broker has run.</summary>
    public void AfterStep(SimBroker broker, int shard) => WatchOf(broker).AfterStep(shard);

    /// <summary>Looks at everything a broker that serves has; does nothing for one that does not.</summary>
    public void Inspect(SimBroker broker)
    {
        if (broker.State == BrokerState.Serving)
        {
            var inspection = Look(broker);
            foreach (var invariant in _invariants)
            {
                invariant.Inspect(inspection);
            }

            StateDigest.AddTo(_world.Hash, inspection);
        }
    }

    /// <summary>Looks for what should be gone once clients have been away for longer than a connection may be idle, and nothing is under way.</summary>
    public void AtRest(SimBroker broker)
    {
        Inspect(broker);
        var inspection = Look(broker);
        foreach (var invariant in _invariants)
        {
            invariant.AtRest(inspection);
        }
    }

    /// <summary>A client was told that everything up to an offset of that log is written, by an answer that stands for all in-sync replicas.</summary>
    public void OnAcknowledged(SimBroker broker, in TopicIdPartition id, long lastOffset)
    {
        if (broker.State == BrokerState.Serving && WatchOf(broker) is var watch && watch.Find(id) is { IsOpen: true } log)
        {
            watch.Look();
            foreach (var invariant in _invariants)
            {
                invariant.OnAcknowledged(log, lastOffset);
            }
        }
    }

    /// <summary>Whether a log has a batch that reaches to an offset or beyond; of a compacted one the end may have gone. True when nobody can look.</summary>
    public bool HoldsFrom(SimBroker broker, in TopicIdPartition id, long offset) =>
        broker.State != BrokerState.Serving || WatchOf(broker).Find(id) is not { IsOpen: true } log
        || Look(broker).Scan(log).Batches.Any(batch => batch.LastOffset >= offset);

    /// <summary>A client was told that a group has committed an offset of a partition that nobody deletes.</summary>
    public void OnCommitted(SimBroker broker, string group, string topic, int partition) =>
        WhileServing(broker, (invariant, inspection) => invariant.OnCommitted(inspection, group, topic, partition));

    /// <summary>A member was told what a generation of its group assigns to it.</summary>
    public void OnAssigned(SimBroker broker) => WhileServing(broker, static (invariant, inspection) => invariant.OnAssigned(inspection));

    /// <summary>All is healed, clients have read everything, and a while has passed without work.</summary>
    public void AtEnd(SimBroker broker)
    {
        Inspect(broker);
        WhileServing(broker, static (invariant, inspection) => invariant.AtEnd(inspection));
    }

    /// <summary>The broker's state has changed.</summary>
    public void OnState(SimBroker broker, BrokerState state)
    {
        var watch = WatchOf(broker);
        if (state == BrokerState.Down)
        {
            watch.OnDown();
        }
        else
        {
            watch.Look();
        }

        foreach (var invariant in _invariants)
        {
            invariant.OnState(watch, state);
        }
    }

    private void WhileServing(SimBroker broker, Action<IInvariant, Inspection> look)
    {
        if (broker.State == BrokerState.Serving)
        {
            var inspection = Look(broker);
            foreach (var invariant in _invariants)
            {
                look(invariant, inspection);
            }
        }
    }

    private Inspection Look(SimBroker broker)
    {
        var watch = WatchOf(broker);
        watch.Look();
        return new Inspection(watch);
    }

    private BrokerWatch WatchOf(SimBroker broker)
    {
        if (!_watches.TryGetValue(broker, out var watch))
        {
            watch = new BrokerWatch(broker, _invariants);
            _watches.Add(broker, watch);
        }

        return watch;
    }
}
