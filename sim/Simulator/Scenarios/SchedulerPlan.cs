using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Picking;

namespace Deterministic.Simulator.Scenarios;

/// <summary>How a run picks who is next. Data: part of a scenario.</summary>
public sealed record SchedulerPlan
{
    /// <summary>Whether priorities with change points decide instead of equal odds.</summary>
    public bool UsesPriorities { get; init; }

    /// <summary>Change points of the priorities.</summary>
    public int ChangePoints { get; init; }

    /// <summary>Steps within which the change points lie.</summary>
    public int ChangeWithin { get; init; } = 1;

    /// <summary>How far one may run ahead of another, in microseconds.</summary>
    public long SlackUs { get; init; }

    /// <summary>Virtual time of one run of a shard, in microseconds.</summary>
    public long RunCostUs { get; init; } = 2;

    /// <summary>Posts a shard executes in one run.</summary>
    public int WorkMax { get; init; } = 1;

    /// <summary>A picker of that kind.</summary>
    public IPicker PickerOf(Choices choices) => UsesPriorities
        ? new PriorityPicker(SlackUs, ChangePoints, ChangeWithin, choices)
        : new UniformPicker(SlackUs);
}
