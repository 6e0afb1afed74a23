using Deterministic.Kernel;

namespace Deterministic.Server.Quotas;

/// <summary>
/// Counts what one request used of its client's quotas: goes to the shards that count, one after the other, and comes home
/// with how long the client must wait. The home shard fills it in and posts it: never two shards at a time. Pooled at home.
/// </summary>
internal sealed class QuotaCharge(ShardQuotas home)
{
    private static readonly Action<object?> s_request = static state => ((QuotaCharge)state!).CountRequest();
    private static readonly Action<object?> s_bytes = static state => ((QuotaCharge)state!).CountBytes();
    private static readonly Action<object?> s_home = static state => ((QuotaCharge)state!).ComeHome();

    private IQuotaPayer? _payer;
    private QuotaShare? _request;
    private QuotaShare? _bandwidth;
    private double _percent;
    private double _bytes;
    private bool _mayRefuse;

    /// <summary>How long the client must wait.</summary>
    internal int ThrottleMs { get; private set; }

    /// <summary>Whether what was to be sent must not be: it was not counted.</summary>
    internal bool IsRefused { get; private set; }

    /// <summary>
    /// Counts. With <paramref name="mayRefuse"/> bytes above a quota are not counted and must not be sent, as for Kafka's fetches.
    /// </summary>
    internal void Start(IQuotaPayer payer, QuotaShare? request, double percent, QuotaShare? bandwidth, double bytes, bool mayRefuse)
    {
        _payer = payer;
        _request = request;
        _percent = percent;
        _bandwidth = bandwidth;
        _bytes = bytes;
        _mayRefuse = mayRefuse;
        ThrottleMs = 0;
        IsRefused = false;
        if (_request is not null)
        {
            Go(_request, s_request);
        }
        else
        {
            GoOn();
        }
    }

    private void CountRequest()
    {
        var quotas = home.Of(_request!.OwnerShard);
        var sensor = quotas.Sensors.Get(QuotaKind.Request, _request.Entity);
        var throttleMs = sensor.Record(_percent, _request.Bound, quotas.NowMs);

        // Time is not saved up for: one window is the longest wait, as for Kafka.
        Throttle(sensor, Math.Min(throttleMs, quotas.Sensors.Windows.WindowMs));
        GoOn();
    }

    private void GoOn()
    {
        if (_bandwidth is not null)
        {
            Go(_bandwidth, s_bytes);
        }
        else
        {
            IsRefused = _mayRefuse && ThrottleMs > 0;
            GoHome();
        }
    }

    private void CountBytes()
    {
        var share = _bandwidth!;
        var quotas = home.Of(share.OwnerShard);
        var nowMs = quotas.NowMs;
        var sensor = quotas.Sensors.Get(share.Kind, share.Entity);
        var isFirst = sensor.Windows.Total(nowMs) <= 0;
        var throttleMs = sensor.Record(_bytes, share.Bound, nowMs);
        IsRefused = _mayRefuse && (ThrottleMs > 0 || throttleMs > 0);
        if (IsRefused && isFirst && ThrottleMs == 0)
        {
            // One batch larger than what the windows allow would never pass: it does, and its client waits until it is paid for.
            Mark.Hit("quota.large-batch-let-through");
            IsRefused = false;
        }

        if (IsRefused)
        {
            sensor.Unrecord(_bytes, nowMs);
        }

        Throttle(sensor, throttleMs);
        GoHome();
    }

    private void Throttle(QuotaSensor sensor, long throttleMs)
    {
        if (throttleMs > 0)
        {
            Mark.Hit("quota.exceeded");
            sensor.OnThrottled(throttleMs, sensor.LastMs);
            ThrottleMs = (int)Math.Max(ThrottleMs, Math.Min(int.MaxValue, throttleMs));
        }
    }

    private void Go(QuotaShare share, Action<object?> count)
    {
        var owner = home.Of(share.OwnerShard);
        if (owner.Shard.IsCurrent)
        {
            count(this);
        }
        else
        {
            Mark.Hit("quota.counted-on-another-shard");
            owner.Shard.Post(count, this);
        }
    }

    private void GoHome()
    {
        if (home.Shard.IsCurrent)
        {
            ComeHome();
        }
        else
        {
            home.Shard.Post(s_home, this);
        }
    }

    private void ComeHome()
    {
        var payer = _payer!;
        _payer = null;
        payer.OnCharged(this);
        home.Return(this);
    }
}
