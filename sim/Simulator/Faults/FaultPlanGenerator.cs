using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Faults;

/// <summary>Draws what goes wrong in a run: first the budget, then which kinds are on at all, then each fault's moment and size.</summary>
public static class FaultPlanGenerator
{
    private const int FaultsMax = 12;
    private const int PointCrashesMax = 6;
    private const int PointNthMax = 30;
    private const int PointRestartMaxUs = 1_000_000;

    /// <summary>The plan for a run of that length.</summary>
    public static FaultPlan Draw(Choices choices, BrokerPlan broker, Workload workload, long durationUs)
    {
        var isMemoryOnly = broker.Properties.TryGetValue("log.durability", out var durability) && durability == "memory";
        var isAllExpendable = isMemoryOnly || choices.Chance(40, "budget.all");
        var plan = new FaultPlan
        {
            IsAllExpendable = isAllExpendable,
            ExpendableTopics = [.. workload.Topics.Where(_ => choices.Chance(250, "budget.topic")).Select(topic => topic.Name)],
        };
        if (choices.Chance(80, "swarm.no-faults"))
        {
            return plan;
        }

        var faults = Kinds(choices, isAllExpendable, durationUs);
        if (choices.Chance(600, "swarm.point-crashes"))
        {
            var isCompacting = workload.Topics.Any(topic => topic.IsCompacted) && choices.Chance(500, "swarm.point-compacting");
            var isMoving = broker.LogDirectories.Count > 1 && choices.Chance(500, "swarm.point-moving");
            var points = isMoving ? KnownCrashPoints.Moving : isCompacting ? KnownCrashPoints.Compacting : KnownCrashPoints.All;
            faults.AddRange(Enumerable.Range(0, 1 + choices.Next(PointCrashesMax, "plan.point-crashes")).Select(_ => PointCrash(choices, durationUs, points)));
        }

        return plan with
        {
            Faults = [.. faults.OrderBy(fault => fault.AtUs)],
            FirstStart = choices.Chance(200, "swarm.first-start") ? [FirstStartCrash(choices)] : [],
        };
    }

    private static List<PlannedFault> Kinds(Choices choices, bool isAllExpendable, long durationUs)
    {
        var faults = new List<PlannedFault>();
        var kinds = s_recipes.Where(recipe => (isAllExpendable || !recipe.DestroysAll) && choices.Chance(400, "swarm.fault-kind")).ToList();
        if (kinds.Count > 0)
        {
            var count = 1 + choices.Next(FaultsMax, "plan.faults");
            for (var i = 0; i < count; i++)
            {
                faults.Add(choices.Pick(kinds, "plan.kind").Draw(choices, durationUs));
            }
        }

        return faults;
    }

    /// <summary>A crash at a point that is drawn from all that there are, so that those that are rarely reached get their share.</summary>
    private static PlannedFault PointCrash(Choices choices, long durationUs, IReadOnlyList<string> points) => new()
    {
        Kind = FaultKind.ProcessCrash,
        AtUs = choices.Between(0, durationUs, "plan.at"),
        DurationUs = choices.Skewed(PointRestartMaxUs, "plan.duration"),
        Amount = Nth(choices),
        Point = choices.Pick(points, "plan.point"),
        End = End(choices),
    };

    private static CrashOrder FirstStartCrash(Choices choices) => new()
    {
        PointId = choices.Pick(KnownCrashPoints.Starting, "plan.first-point"),
        Nth = Nth(choices),
        IsAfterEffect = choices.Chance(500, "plan.after-effect"),
        End = End(choices),
    };

    private static int Nth(Choices choices) => choices.Chance(400, "plan.not-first") ? 1 + (int)choices.Skewed(PointNthMax, "plan.nth") : 1;

    private static ProcessEnd End(Choices choices) => choices.Chance(600, "plan.power-loss") ? ProcessEnd.PowerLoss : ProcessEnd.Kill;

    private static readonly FaultRecipe[] s_recipes =
    [
        new(FaultKind.ProcessCrash) { DurationMaxUs = 5_000_000, AmountMax = 60, MayLosePower = true },
        new(FaultKind.CrashLoop) { DurationMaxUs = 300_000, AmountMax = 6, MayLosePower = true },
        new(FaultKind.Reconfiguration) { DurationMaxUs = 2_000_000 },
        new(FaultKind.Pause) { DurationMaxUs = 20_000_000 },
        new(FaultKind.SlowNode) { DurationMaxUs = 10_000_000, AmountMax = 500 },
        new(FaultKind.ClockJump) { AmountMax = 288_000 },
        new(FaultKind.ClockSkew) { DurationMaxUs = 30_000_000, AmountMax = 100_000 },
        new(FaultKind.NetworkDrop) { DurationMaxUs = 5_000_000, AmountMax = 500 },
        new(FaultKind.NetworkDuplicate) { DurationMaxUs = 5_000_000, AmountMax = 500 },
        new(FaultKind.NetworkDelay) { DurationMaxUs = 10_000_000, AmountMax = 200 },
        new(FaultKind.NetworkClog) { DurationMaxUs = 10_000_000 },
        new(FaultKind.NetworkCorruption) { DurationMaxUs = 3_000_000, AmountMax = 100 },
        new(FaultKind.PartitionSymmetric) { DurationMaxUs = 20_000_000 },
        new(FaultKind.PartitionOneWay) { DurationMaxUs = 20_000_000 },
        new(FaultKind.PartitionFlapping) { DurationMaxUs = 5_000_000, AmountMax = 20 },
        new(FaultKind.PartitionOverlapping) { DurationMaxUs = 20_000_000 },
        new(FaultKind.PartitionClients) { DurationMaxUs = 20_000_000 },
        new(FaultKind.MisdirectedWrite) { DurationMaxUs = 5_000_000, AmountMax = 4 },
        new(FaultKind.BitRot) { AmountMax = 8 },
        new(FaultKind.DiskError) { DurationMaxUs = 3_000_000, AmountMax = 300 },
        new(FaultKind.DiskFull) { DurationMaxUs = 5_000_000, AmountMax = 20_000 },
        new(FaultKind.SlowDisk) { DurationMaxUs = 10_000_000, AmountMax = 1_000 },
        new(FaultKind.FlushFailure) { DurationMaxUs = 1_000_000, AmountMax = 3 },
        new(FaultKind.TotalDataLoss) { DurationMaxUs = 2_000_000, DestroysAll = true },
        new(FaultKind.DiskSwap) { DurationMaxUs = 2_000_000, DestroysAll = true },
    ];
}
