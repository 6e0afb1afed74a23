using Deterministic.Simulator.Disks;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Faults;

/// <summary>What happens to the broker's disk, within the budget of the plan. Owned by one run.</summary>
internal sealed class DiskFaultInjector : IFaultInjector
{
    /// <summary>How long it takes until somebody who has put the disk right restarts a broker that left a log directory out.</summary>
    private const long OperatorUs = 1_000_000;

    /// <summary>How often the broker is restarted while a log directory is gone.</summary>
    private const int RestartWithoutPerMille = 400;

    private const int FreeBytesStep = 16;
    private const int FlushFailurePerMille = 300;
    private const int WriteBackSeedsPerMille = 400;
    private const int WriteBackMaxPerMille = 300;
    private const int MisdirectStepPerMille = 50;

    private readonly World _world;
    private readonly SimDisk _disk;
    private readonly SimBroker _broker;
    private readonly Happenings _happenings;
    private DiskImage? _image;

    /// <summary>Damage keeps to what the plan gives up.</summary>
    internal DiskFaultInjector(World world, SimDisk disk, SimBroker broker, FaultPlan plan)
    {
        _world = world;
        _disk = disk;
        _broker = broker;
        _happenings = world.AddHappenings("disk-faults");
        _disk.Faults.MayHarm = plan.MayHarm;
        _disk.Faults.WriteBackPerMille = world.Choices.Chance(WriteBackSeedsPerMille, "fault.write-back") ? world.Choices.Next(WriteBackMaxPerMille, "fault.write-back-odds") : 0;
    }

    /// <summary>Whether what the disk did so far excuses a broker that gives up or cannot start.</summary>
    internal static bool ExcusesGivingUp(FaultCounts counts) =>
        counts[FaultKind.DiskError] + counts[FaultKind.FlushFailure] + counts[FaultKind.DiskFull] + counts[FaultKind.MisdirectedWrite]
        + counts[FaultKind.BitRot] + counts[FaultKind.TotalDataLoss] + counts[FaultKind.DiskSwap] > 0;

    /// <inheritdoc/>
    public bool TryInject(PlannedFault fault)
    {
        var faults = _disk.Faults;
        switch (fault.Kind)
        {
            case FaultKind.DiskError:
                Fail(fault);
                return true;
            case FaultKind.FlushFailure:
                faults.FlushFailurePerMille = FlushFailurePerMille * fault.Amount;
                return EndAfter(fault, () => faults.FlushFailurePerMille = 0);
            case FaultKind.DiskFull:
                faults.FillUp((long)fault.Amount * FreeBytesStep);
                return EndAfter(fault, faults.FreeUp);
            case FaultKind.SlowDisk when _world.Choices.Chance(400, "fault.stall"):
                faults.Stall(_world.NowUs + fault.DurationUs);
                return EndAfter(fault, faults.EndStall);
            case FaultKind.SlowDisk:
                faults.SlowFactor = fault.Amount;
                return EndAfter(fault, () => faults.SlowFactor = 1);
            case FaultKind.MisdirectedWrite:
                faults.MisdirectPerMille = MisdirectStepPerMille * fault.Amount;
                return EndAfter(fault, () => faults.MisdirectPerMille = 0);
            case FaultKind.BitRot:
                Rot(fault.Amount);
                return true;
            case FaultKind.TotalDataLoss or FaultKind.DiskSwap:
                Replace(fault);
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public void Heal() => _disk.Faults.Heal();

    private bool EndAfter(PlannedFault fault, Action end)
    {
        _happenings.After(fault.DurationUs, end);
        if (_broker.LogDirectories.Count > 1)
        {
            _happenings.After(fault.DurationUs + OperatorUs, _broker.RestartIfLame);
        }

        return true;
    }

    private void Fail(PlannedFault fault)
    {
        var faults = _disk.Faults;
        if (_broker.LogDirectories.Count > 1 && _world.Choices.Chance(500, "fault.directory"))
        {
            faults.FailedDirectory = _broker.LogDirectories[1 + _world.Choices.Next(_broker.LogDirectories.Count - 1, "fault.which-directory")];
            if (_world.Choices.Chance(RestartWithoutPerMille, "fault.directory-restart"))
            {
                // Somebody restarts the broker before the disk is put right: what it does not find must not be made anew.
                _happenings.After(fault.DurationUs / 2, () => _broker.RestartIfServing());
                _happenings.After(fault.DurationUs + OperatorUs, () => faults.FailedDirectory = null);
                _happenings.After(fault.DurationUs + OperatorUs + OperatorUs, _broker.RestartIfLame);
                return;
            }

            EndAfter(fault, () => faults.FailedDirectory = null);
            return;
        }

        switch (_world.Choices.Next(3, "fault.disk-error"))
        {
            case 0:
                faults.ReadErrorPerMille = fault.Amount;
                EndAfter(fault, () => faults.ReadErrorPerMille = 0);
                break;
            case 1:
                faults.WriteErrorPerMille = fault.Amount;
                EndAfter(fault, () => faults.WriteErrorPerMille = 0);
                break;
            default:
                faults.NameErrorPerMille = fault.Amount;
                EndAfter(fault, () => faults.NameErrorPerMille = 0);
                break;
        }
    }

    private void Rot(int times)
    {
        for (var i = 0; i < times; i++)
        {
            if (_world.Choices.Chance(500, "fault.sector"))
            {
                _disk.Faults.FailSector();
            }
            else
            {
                _disk.Faults.FlipBit();
            }
        }
    }

    /// <summary>The machine stops; it comes back with an empty disk, or with an older copy of its own.</summary>
    private void Replace(PlannedFault fault)
    {
        if (fault.Kind == FaultKind.DiskSwap && _image is null)
        {
            _image = _disk.TakeImage();
            _happenings.After(fault.DurationUs, () => Replace(fault));
            return;
        }

        _broker.Crash(ProcessEnd.PowerLoss, fault.DurationUs);
        if (fault.Kind == FaultKind.TotalDataLoss)
        {
            _disk.ReplaceByEmpty();
        }
        else
        {
            _disk.Replace(_image!);
        }
    }
}
