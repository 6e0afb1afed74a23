using Deterministic.Server.Quotas;

namespace Deterministic.Server.Tests.Quotas;

public sealed class TokenBucketTests
{
    private readonly TokenBucket _bucket = new(new QuotaWindows(11, 1));

    [Fact]
    public void A_burst_of_all_windows_may_be_taken_and_what_is_missing_is_waited_for()
    {
        _bucket.Take(30, 2, 1000);
        Assert.Equal(-8, _bucket.Tokens(2, 1000));
        Assert.Equal(4000, _bucket.ThrottleMs(2, 1000));
        Assert.Equal(0, _bucket.ThrottleMs(2, 5000));
        Assert.Equal(22, _bucket.Tokens(2, 1_000_000));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_strict_quota_refuses_once_it_is_used_up_and_another_lets_its_client_wait(bool isStrict)
    {
        _bucket.Take(30, 2, 0);
        var quota = new MutationQuota(_bucket, 2, isStrict, 1000);
        Assert.Equal(!isStrict, quota.TryTake(4));
        Assert.Equal(isStrict ? 3000 : 5000, quota.ThrottleMs);
    }
}
