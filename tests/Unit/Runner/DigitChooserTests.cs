using Deterministic.Runner.Running;
using Deterministic.Simulator.Choosing;

namespace Deterministic.Runner.Tests;

public sealed class DigitChooserTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    [InlineData(1000)]
    public void Every_number_below_the_bound_is_chosen_and_none_beyond(int bound)
    {
        var inner = new Small();
        var chooser = new DigitChooser(inner);
        var seen = new SortedSet<int>();
        for (var i = 0; i < bound * 50; i++)
        {
            seen.Add(chooser.Next(bound, "test"));
        }

        Assert.Equal(Enumerable.Range(0, bound), seen);
        Assert.InRange(inner.Largest, 2, 16);
    }

    private sealed class Small : IChooser
    {
        private readonly SeededChooser _chooser = new(1);

        public int Largest { get; private set; }

        public int Next(int bound, string tag)
        {
            Assert.True(bound > 1, "nothing to choose");
            Largest = Math.Max(Largest, bound);
            return _chooser.Next(bound, tag);
        }
    }
}
