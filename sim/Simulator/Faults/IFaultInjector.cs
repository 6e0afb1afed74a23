namespace Deterministic.Simulator.Faults;

/// <summary>Makes faults of a family happen. Owned by one run.</summary>
public interface IFaultInjector
{
    /// <summary>Makes it happen now, and arranges for its end; false when the kind is not of this family.</summary>
    bool TryInject(PlannedFault fault);

    /// <summary>Ends all that goes on, for good.</summary>
    void Heal();
}
