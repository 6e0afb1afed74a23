using Deterministic.Kernel;

namespace Deterministic.Server.Quotas;

/// <summary>The token buckets of clients that create and delete partitions (KIP-599). Owned by the controller, lives as long.</summary>
public sealed class MutationQuotas(Shard shard, QuotaWindows windows)
{
    /// <summary>Buckets that are kept; when there are as many, those are let go that are full again.</summary>
    public const int BucketsMax = 10_000;

    private readonly Dictionary<string, TokenBucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Buckets in use.</summary>
    public int Count => _buckets.Count;

    /// <summary>What one request may do.</summary>
    public MutationQuota Open(QuotaShare? share, bool isStrict)
    {
        if (share is null)
        {
            return MutationQuota.Unlimited;
        }

        if (!_buckets.TryGetValue(share.Entity, out var bucket))
        {
            if (_buckets.Count >= BucketsMax)
            {
                DropFull();
            }

            bucket = new TokenBucket(windows);
            _buckets.Add(share.Entity, bucket);
        }

        return new MutationQuota(bucket, share.Bound, isStrict, shard.MonotonicMs);
    }

    private void DropFull()
    {
        Mark.Hit("quota.mutation-buckets-dropped");
        var oldestMs = shard.MonotonicMs - windows.ExpireMs;
        foreach (var (entity, bucket) in _buckets.ToArray())
        {
            // At any bound, a bucket is full after its windows, unless it was in debt: debts of a flood of names are forgiven.
            if (bucket.LastMs < oldestMs)
            {
                _buckets.Remove(entity);
            }
        }

        if (_buckets.Count >= BucketsMax)
        {
            _buckets.Clear();
        }
    }
}
