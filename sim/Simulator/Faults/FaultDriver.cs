using Deterministic.Kernel;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Faults;

/// <summary>Lets the faults of a plan happen at their times, until the world is healed. Owned by one run.</summary>
public sealed class FaultDriver
{
    private readonly World _world;
    private readonly Happenings _happenings;
    private readonly IReadOnlyList<IFaultInjector> _injectors;
    private bool _isHealed;

    /// <summary>Nothing happens before <see cref="Start"/>; each kind is made to happen by the first that knows it.</summary>
    public FaultDriver(World world, IReadOnlyList<IFaultInjector> injectors)
    {
        _world = world;
        _injectors = injectors;
        _happenings = world.AddHappenings("faults");
    }

    /// <summary>The plan's clock starts now.</summary>
    public void Start(FaultPlan plan)
    {
        foreach (var fault in plan.Faults)
        {
            _happenings.After(fault.AtUs, () => Inject(fault));
        }
    }

    /// <summary>No fault happens any more, and all that go on end.</summary>
    public void Heal()
    {
        _isHealed = true;
        _world.Note("faults", "healed");
        foreach (var injector in _injectors)
        {
            injector.Heal();
        }
    }

    private void Inject(PlannedFault fault)
    {
        if (_isHealed)
        {
            return;
        }

        _world.Log?.Add(_world.NowUs, _world.Events, "faults", $"{fault.Kind} for {fault.DurationUs} us, amount {fault.Amount}");
        foreach (var injector in _injectors)
        {
            if (injector.TryInject(fault))
            {
                return;
            }
        }

        throw new InvariantException($"nobody makes {fault.Kind} happen");
    }
}
