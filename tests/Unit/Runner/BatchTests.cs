using Deterministic.Runner.Running;

namespace Deterministic.Runner.Tests;

public sealed class BatchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Outcomes_come_in_the_order_of_the_seeds_whatever_the_threads(int jobs)
    {
        var seeds = new List<ulong>();
        Batch(jobs).Run(5, 40, () => false, outcome => seeds.Add(outcome.Seed));
        Assert.Equal(Enumerable.Range(5, 40).Select(i => (ulong)i), seeds);
    }

    [Fact]
    public void What_was_started_before_the_end_is_handed_out()
    {
        var seeds = new List<ulong>();
        Batch(3).Run(1, ulong.MaxValue, () => seeds.Count >= 10, outcome => seeds.Add(outcome.Seed));
        Assert.InRange(seeds.Count, 10, int.MaxValue);
        Assert.Equal(Enumerable.Range(1, seeds.Count).Select(i => (ulong)i), seeds);
    }

    private static Batch Batch(int jobs) => new((_, _, _) => throw new InvalidOperationException("no simulator here"), new(), jobs);
}
