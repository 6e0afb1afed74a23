using Deterministic.Server.Quotas;

namespace Deterministic.Server.Tests.Quotas;

/// <summary>Rates as Kafka takes them: 11 samples of a second.</summary>
public sealed class RateWindowsTests
{
    private readonly RateWindows _windows = new(new QuotaWindows(11, 1));

    [Fact]
    public void A_first_burst_is_taken_over_ten_seconds()
    {
        _windows.Record(1000, 50_000);
        Assert.Equal(100, _windows.Rate(50_000), 6);
        Assert.Equal(0, _windows.ThrottleMs(100, 50_000));
        Assert.Equal(10_000, _windows.ThrottleMs(50, 50_000));
    }

    [Fact]
    public void Samples_count_for_eleven_seconds_after_their_last_use()
    {
        _windows.Record(500, 0);
        _windows.Record(500, 900);
        Assert.Equal(1000, _windows.Total(11_899), 6);
        Assert.Equal(0, _windows.Total(11_900), 6);
    }

    [Fact]
    public void Over_a_long_time_no_more_passes_than_the_bound_and_one_burst()
    {
        var now = 0L;
        var passed = 0.0;
        while (now < 200_000)
        {
            passed += 700;
            _windows.Record(700, now);
            now += Math.Max(1, _windows.ThrottleMs(1000, now));
        }

        Assert.InRange(passed, 190_000, 1000 * 200 + 1000 * 11);
    }

    [Fact]
    public void What_a_client_was_made_to_wait_is_a_mean_over_the_times_that_it_was_and_is_forgotten()
    {
        var sensor = new QuotaSensor(new QuotaWindows(11, 1));
        Assert.Equal(0, sensor.MeanThrottleMs(0));
        sensor.OnThrottled(100, 10);
        sensor.OnThrottled(300, 20);
        Assert.Equal(200, sensor.MeanThrottleMs(30));
        Assert.Equal(0, sensor.MeanThrottleMs(60_000));
    }
}
