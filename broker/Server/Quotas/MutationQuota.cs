using Deterministic.Kernel;

namespace Deterministic.Server.Quotas;

/// <summary>
/// What one request may create and delete (KIP-599): strict refuses once the quota is used up; otherwise everything is done,
/// and the client waits. Lives for one decision of the controller.
/// </summary>
public sealed class MutationQuota
{
    /// <summary>For clients without a quota.</summary>
    public static readonly MutationQuota Unlimited = new(null, 0, false, 0);

    private readonly TokenBucket? _bucket;
    private readonly double _bound;
    private readonly bool _isStrict;
    private readonly long _nowMs;

    internal MutationQuota(TokenBucket? bucket, double bound, bool isStrict, long nowMs)
    {
        _bucket = bucket;
        _bound = bound;
        _isStrict = isStrict;
        _nowMs = nowMs;
    }

    /// <summary>How long the client must wait, by what was asked so far.</summary>
    public int ThrottleMs { get; private set; }

    /// <summary>Counts so many partitions; false when they must not be made or deleted.</summary>
    public bool TryTake(int partitions)
    {
        if (_bucket is null)
        {
            return true;
        }

        if (_isStrict && _bucket.Tokens(_bound, _nowMs) < 0)
        {
            Mark.Hit("quota.mutation-refused");
            ThrottleMs = _bucket.ThrottleMs(_bound, _nowMs);
            return false;
        }

        _bucket.Take(partitions, _bound, _nowMs);
        if (!_isStrict)
        {
            ThrottleMs = _bucket.ThrottleMs(_bound, _nowMs);
        }

        return true;
    }
}
