using Deterministic.Kernel.Metrics;

namespace Deterministic.Kernel.Tests.Metrics;

public sealed class HistogramTests
{
    [Fact]
    public void A_quantile_is_at_most_an_eighth_above_the_value_that_is_meant()
    {
        var histogram = new Histogram();
        for (var value = 1; value <= 100_000; value++)
        {
            histogram.Record(value, nowMs: 0);
        }

        foreach (var share in (double[])[0.5, 0.75, 0.95, 0.99, 0.999])
        {
            Assert.InRange(histogram.Quantile(share), 100_000 * share, 100_000 * share * 1.125);
        }

        Assert.Equal((100_000, 5_000_050_000, 100_000), (histogram.Count, histogram.Sum, histogram.Max));
    }

    [Fact]
    public void A_quantile_never_exceeds_the_largest_value_and_is_0_without_values()
    {
        var histogram = new Histogram();
        Assert.Equal(0, histogram.Quantile(0.99));
        histogram.Record(1001, 0);
        Assert.Equal(1001, histogram.Quantile(0.5));
        histogram.Record(long.MaxValue, 0);
        Assert.Equal(long.MaxValue, histogram.Max);
    }

    [Fact]
    public void What_is_older_than_two_windows_counts_and_has_no_part_in_quantiles()
    {
        var histogram = new Histogram();
        histogram.Record(1000, 0);
        histogram.Turn(Histogram.WindowMs);
        Assert.Equal(1000, histogram.Quantile(0.5));
        histogram.Record(10, Histogram.WindowMs);
        histogram.Turn(2 * Histogram.WindowMs);
        Assert.Equal(10, histogram.Quantile(0.99));
        histogram.Turn(10 * Histogram.WindowMs);
        Assert.Equal(0, histogram.Quantile(0.99));
        Assert.Equal(2, histogram.Count);
    }

    [Fact]
    public void Two_together_are_as_one_that_saw_everything()
    {
        var (first, second, both) = (new Histogram(), new Histogram(), new Histogram());
        for (var value = 0; value < 1000; value++)
        {
            (value % 3 == 0 ? first : second).Record(value, 0);
            both.Record(value, 0);
        }

        first.Add(second);
        Assert.Equal((both.Count, both.Sum, both.Quantile(0.95)), (first.Count, first.Sum, first.Quantile(0.95)));
    }
}
