using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Faults;

/// <summary>
/// What happens to processes: crashes at a moment or at a numbered crash point, crash loops, pauses, slow processors, and
/// restarts in order with another number of shards. Owned by one run.
/// </summary>
internal sealed class ProcessFaults(World world, SimBroker broker) : IFaultInjector
{
    private const int SlowestCostUs = 20_000;
    private const int LoopPointsMax = 200;

    private readonly Happenings _happenings = world.AddHappenings("process-faults");
    private readonly long _runCostUs = broker.Node.RunCostUs;
    private int _loop;
    private PlannedFault? _looping;
    private int _pauses;
    private int _slow;

    /// <inheritdoc/>
    public bool TryInject(PlannedFault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.ProcessCrash:
                Crash(fault);
                return true;
            case FaultKind.CrashLoop:
                _loop = fault.Amount;
                _looping = fault;
                Crash(fault);
                return true;
            case FaultKind.Reconfiguration:
                Reconfigure(fault);
                return true;
            case FaultKind.Pause:
                Pause(fault);
                return true;
            case FaultKind.SlowNode:
                Slow(fault);
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public void Heal()
    {
        _looping = null;
        world.CrashPoints.Disarm();
        broker.RestartDelayUs = SimBroker.QuickRestartUs;
        broker.Node.IsPaused = false;
        broker.Node.RunCostUs = _runCostUs;
    }

    /// <summary>The broker's state changed: a crash loop goes on at the next start.</summary>
    internal void OnState(BrokerState state)
    {
        if (state == BrokerState.Starting && _looping is { } fault && _loop-- > 0)
        {
            world.FaultCounts.Add(FaultKind.CrashLoop);
            broker.RestartDelayUs = fault.DurationUs;
            Arm(1 + world.Choices.Next(LoopPointsMax, "fault.loop-point"), fault.End);
        }
    }

    private void Crash(PlannedFault fault)
    {
        if (broker.State == BrokerState.Down)
        {
            return;
        }

        if (fault.Point is { } point)
        {
            CrashAt(point, fault);
            return;
        }

        if (fault.Amount % 3 == 0)
        {
            world.FaultCounts.Add(FaultKind.ProcessCrash);
            broker.Crash(fault.End, fault.DurationUs);
            return;
        }

        broker.RestartDelayUs = fault.DurationUs;
        Arm(fault.Amount, fault.End);
    }

    /// <summary>Points of a start or a stop are reached by one, so there is one.</summary>
    private void CrashAt(string point, PlannedFault fault)
    {
        broker.RestartDelayUs = fault.DurationUs;
        Arm(fault.Amount, fault.End, point);
        if (KnownCrashPoints.IsOfStart(point))
        {
            world.FaultCounts.Add(FaultKind.ProcessCrash);
            broker.Crash(fault.End, fault.DurationUs);
        }
        else if (KnownCrashPoints.IsOfStop(point) && broker.State == BrokerState.Serving)
        {
            broker.Stop(fault.DurationUs);
        }
    }

    private void Arm(int nth, ProcessEnd end, string? point = null) => world.CrashPoints.Arm(new CrashOrder
    {
        Node = broker.Node.Name,
        PointId = point,
        Nth = nth,
        IsAfterEffect = world.Choices.Chance(500, "fault.after-effect"),
        End = end,
    });

    private void Reconfigure(PlannedFault fault)
    {
        if (broker.State == BrokerState.Serving)
        {
            world.FaultCounts.Add(FaultKind.Reconfiguration);
            broker.Shards = 1 + world.Choices.Next(4, "fault.shards");
            broker.Stop(fault.DurationUs);
        }
    }

    private void Pause(PlannedFault fault)
    {
        world.FaultCounts.Add(FaultKind.Pause);
        broker.Node.IsPaused = true;
        _pauses++;
        _happenings.After(fault.DurationUs, () => broker.Node.IsPaused = --_pauses > 0 && broker.Node.IsPaused);
    }

    private void Slow(PlannedFault fault)
    {
        world.FaultCounts.Add(FaultKind.SlowNode);
        _slow++;
        broker.Node.RunCostUs = Math.Min(SlowestCostUs, _runCostUs * fault.Amount);
        _happenings.After(fault.DurationUs, () => broker.Node.RunCostUs = --_slow > 0 ? broker.Node.RunCostUs : _runCostUs);
    }
}
