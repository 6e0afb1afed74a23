using Deterministic.Checking;
using Deterministic.Checking.Histories;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Clients;
using Deterministic.Simulator.Disks;
using Deterministic.Simulator.Networks;
using Deterministic.Simulator.Picking;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Tests.Networks;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Clients;

/// <summary>One broker with two shards and a fleet of clients, in a world without faults.</summary>
internal sealed class FleetWorld : IDisposable
{
    internal const long Second = 1_000_000;

    internal FleetWorld(ulong seed, Func<Choices, Workload> draw, EventLog? log = null)
    {
        var choices = new Choices(new SeededChooser(seed));
        Workload = draw(choices);
        World = new World(seed, choices, new UniformPicker(0)) { Log = log };
        var network = new SimNetwork(World, new NetworkSettings());
        var node = World.AddNode("broker", static (world, name) => new SimDisk(world, name), network.AddCard);
        Broker = new SimBroker(World, node, new BrokerPlan { Properties = { ["group.initial.rebalance.delay.ms"] = "0" } });
        World.AfterStep = Broker.Observe;
        History = new HistoryRecorder(() => World.NowUs * 1000);
        Fleet = new ClientFleet(
            World, Workload, [new BrokerAddress("broker", BrokerPlan.Port)], History,
            name => World.AddNode(name, static (_, _) => new NoDisk(), network.AddCard));
    }

    internal Workload Workload { get; }

    internal World World { get; }

    internal SimBroker Broker { get; }

    internal HistoryRecorder History { get; }

    internal ClientFleet Fleet { get; }

    internal FinalReads? FinalReads { get; private set; }

    public void Dispose() => Fleet.Dispose();

    /// <summary>Runs all operations and the final reads, and judges.</summary>
    internal CheckVerdict Run(long limitUs = 600 * Second)
    {
        Broker.Start();
        Assert.True(World.RunUntil(() => Broker.State == BrokerState.Serving, 10 * Second), "the broker does not start");
        Fleet.Start();
        Assert.True(
            World.RunUntil(() => Fleet.AllDone, limitUs),
            $"not done at {World.NowUs} us after {World.Events} events: {string.Join(", ", Fleet.Clients.Where(client => !client.IsDone).Select(client => $"{client.Plan.Name} at {client.Begun} of {client.Plan.Operations.Count}"))}");
        FinalReads = Fleet.StartFinalReads();
        Assert.True(World.RunUntil(() => FinalReads.IsDone, World.NowUs + 60 * Second), "the final reads do not end");
        return HistoryChecker.Check(History.ToHistory(), Fleet.CheckOptions());
    }
}
