using Deterministic.Simulator.Faults;

namespace Deterministic.Simulator.Tests.Faults;

public sealed class FaultCountsTests
{
    [Fact]
    public void Every_kind_is_counted_for_itself()
    {
        var counts = new FaultCounts();

        counts.Add(FaultKind.SmallLimits);
        counts.Add(FaultKind.SmallLimits);
        counts.Add(FaultKind.ProcessCrash);

        Assert.Equal(2, counts[FaultKind.SmallLimits]);
        Assert.Equal(1, counts[FaultKind.ProcessCrash]);
        Assert.Equal(0, counts[FaultKind.TornWrite]);
    }

    [Fact]
    public void There_is_one_kind_for_each_row_of_the_matrix() => Assert.Equal(34, Enum.GetValues<FaultKind>().Length);
}
