using Deterministic.Simulator.Networks;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Faults;

/// <summary>What happens between a broker and its clients: which of them a fault hits is chosen when it begins. Owned by one run.</summary>
internal sealed class NetworkFaultInjector(World world, SimNetwork network, string broker) : IFaultInjector
{
    private const int ClogsMaxUs = 500_000;
    private const int ResetAfterBytesMax = 4096;

    private readonly Happenings _happenings = world.AddHappenings("network-faults");

    /// <inheritdoc/>
    public bool TryInject(PlannedFault fault)
    {
        if (fault.Kind == FaultKind.NetworkDrop && world.Choices.Chance(600, "fault.break"))
        {
            Break(fault);
            return true;
        }

        var clients = SomeClients();
        if (clients.Count == 0)
        {
            return Knows(fault.Kind);
        }

        if (Begin(fault, clients) is not { } window)
        {
            return false;
        }

        _happenings.After(fault.DurationUs, window.Heal);
        return true;
    }

    /// <inheritdoc/>
    public void Heal() => network.Faults.HealAll();

    private static bool Knows(FaultKind kind) => kind is FaultKind.NetworkDrop or FaultKind.NetworkDuplicate or FaultKind.NetworkDelay
        or FaultKind.NetworkCorruption or FaultKind.NetworkClog or FaultKind.PartitionSymmetric or FaultKind.PartitionOneWay
        or FaultKind.PartitionFlapping or FaultKind.PartitionOverlapping or FaultKind.PartitionClients;

    private NetworkFault? Begin(PlannedFault fault, List<string> clients)
    {
        string[] servers = [broker];
        var (from, to) = world.Choices.Chance(500, "fault.direction") ? ((IReadOnlyList<string>)servers, (IReadOnlyList<string>)clients) : (clients, servers);
        return fault.Kind switch
        {
            FaultKind.NetworkDrop => network.Faults.Drop(from, to, fault.Amount),
            FaultKind.NetworkDuplicate => network.Faults.LoseAnswers(servers, clients, fault.Amount),
            FaultKind.NetworkDelay => network.Faults.Slow(from, to, fault.Amount, fault.Amount),
            FaultKind.NetworkCorruption => network.Faults.Corrupt(from, to, fault.Amount),
            FaultKind.NetworkClog => network.Faults.Clog(from, to),
            FaultKind.PartitionSymmetric => network.Faults.Partition([.. servers, .. Others(clients)], clients),
            FaultKind.PartitionOneWay => network.Faults.PartitionOneWay(from, to),
            FaultKind.PartitionFlapping => network.Faults.Flap(servers, clients, ClogsMaxUs, ClogsMaxUs),
            FaultKind.PartitionOverlapping => network.Faults.Ring([broker, .. Clients()]),
            FaultKind.PartitionClients => network.Faults.PartitionClients(Clients(), servers),
            _ => null,
        };
    }

    /// <summary>One connection breaks, becomes half-open, or the node refuses new ones for a while.</summary>
    private void Break(PlannedFault fault)
    {
        var open = network.Connections;
        if (open.Count == 0 || world.Choices.Chance(200, "fault.refuse"))
        {
            _happenings.After(fault.DurationUs, network.Faults.Refuse(broker).Heal);
        }
        else if (world.Choices.Chance(400, "fault.half-open"))
        {
            var connection = world.Choices.Pick(open, "fault.connection");
            network.Faults.HalfOpen(connection, world.Choices.Chance(500, "fault.lost-end") ? broker : connection.Client);
        }
        else
        {
            network.Faults.Reset(
                world.Choices.Pick(open, "fault.connection"),
                world.Choices.Next(ResetAfterBytesMax, "fault.after-bytes"),
                world.Choices.Chance(500, "fault.from-server"));
        }
    }

    private List<string> Clients() => [.. world.Nodes.Where(node => node.Name != broker).Select(node => node.Name)];

    private List<string> SomeClients() => Clients().FindAll(_ => world.Choices.Chance(500, "fault.client"));

    private List<string> Others(List<string> clients) => Clients().FindAll(client => !clients.Contains(client));
}
