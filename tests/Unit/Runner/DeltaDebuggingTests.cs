using Deterministic.Runner.Shrinking;

namespace Deterministic.Runner.Tests;

public sealed class DeltaDebuggingTests
{
    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 99 })]
    [InlineData(new[] { 3, 57 })]
    [InlineData(new[] { 0, 1, 50, 98, 99 })]
    public void What_is_needed_is_all_that_stays(int[] needed)
    {
        var asked = 0;
        var kept = DeltaDebugging.Minimize([.. Enumerable.Range(0, 100)], items =>
        {
            asked++;
            return needed.All(items.Contains);
        });
        Assert.Equal(needed, kept);
        Assert.True(asked < 200, $"{asked} tests for {needed.Length} of 100");
    }

    [Fact]
    public void When_either_of_two_is_enough_one_stays()
    {
        var kept = DeltaDebugging.Minimize([.. Enumerable.Range(0, 40)], items => items.Contains(5) || items.Contains(31));
        Assert.Single(kept);
    }

    [Fact]
    public void Once_nothing_may_be_spent_the_smallest_so_far_stays()
    {
        var left = 4;
        var kept = DeltaDebugging.Minimize([.. Enumerable.Range(0, 64)], items => left-- > 0 && items.Contains(9));
        Assert.Contains(9, kept);
        Assert.InRange(kept.Count, 2, 32);
    }
}
