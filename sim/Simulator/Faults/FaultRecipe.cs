using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Faults;

/// <summary>The sizes from which faults of a kind are drawn.</summary>
internal sealed record FaultRecipe(FaultKind Kind)
{
    /// <summary>The longest it lasts, in microseconds.</summary>
    public long DurationMaxUs { get; init; }

    /// <summary>The largest amount.</summary>
    public int AmountMax { get; init; }

    /// <summary>Whether the process may end by a loss of power, besides being killed.</summary>
    public bool MayLosePower { get; init; }

    /// <summary>Whether it may take everything a disk holds.</summary>
    public bool DestroysAll { get; init; }

    /// <summary>One fault within a run of that length.</summary>
    internal PlannedFault Draw(Choices choices, long durationUs) => new()
    {
        Kind = Kind,
        AtUs = choices.Between(0, durationUs, "plan.at"),
        DurationUs = DurationMaxUs == 0 ? 0 : choices.Skewed(DurationMaxUs, "plan.duration"),
        Amount = AmountMax == 0 ? 0 : 1 + choices.Next(AmountMax, "plan.amount"),
        End = MayLosePower && choices.Chance(600, "plan.power-loss") ? ProcessEnd.PowerLoss : ProcessEnd.Kill,
    };
}
