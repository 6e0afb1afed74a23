using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Faults;

/// <summary>What happens to the clocks of nodes: wall clocks are set, clocks drift. Owned by one run.</summary>
internal sealed class ClockFaults(World world) : IFaultInjector
{
    private readonly Happenings _happenings = world.AddHappenings("clock-faults");

    /// <inheritdoc/>
    public bool TryInject(PlannedFault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.ClockJump:
                world.FaultCounts.Add(fault.Kind);
                PickNode().Clock.StepWallClock((world.Choices.Chance(500, "fault.clock-back") ? -1000L : 1000L) * fault.Amount);
                return true;
            case FaultKind.ClockSkew:
                world.FaultCounts.Add(fault.Kind);
                var clock = PickNode().Clock;
                clock.SetDrift(fault.Amount - (world.Choices.Chance(500, "fault.clock-slow") ? 2 * fault.Amount : 0));
                _happenings.After(fault.DurationUs, () => clock.SetDrift(0));
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public void Heal()
    {
        foreach (var node in world.Nodes)
        {
            node.Clock.SetDrift(0);
        }
    }

    private SimNode PickNode() => world.Choices.Chance(700, "fault.clock-node") ? world.Nodes[0] : world.Choices.Pick(world.Nodes, "fault.clock-of");
}
