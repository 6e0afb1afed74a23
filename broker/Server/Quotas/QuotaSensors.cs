using Deterministic.Kernel;
using Deterministic.Kernel.Time;

namespace Deterministic.Server.Quotas;

/// <summary>
/// The sensors of the entities that one shard counts for, for the whole broker. Those that nobody used for long are let go.
/// Owned by that shard, lives as long.
/// </summary>
public sealed class QuotaSensors(Shard shard, QuotaWindows windows)
{
    /// <summary>Sensors of a shard; entities beyond share one for each kind.</summary>
    public const int SensorsMax = 100_000;

    /// <summary>How long a sensor is kept that nobody uses, as Kafka keeps it.</summary>
    public const long InactiveMsMax = 3_600_000;

    /// <summary>How often a shard looks for them.</summary>
    public const long SweepMs = 600_000;

    /// <summary>The entity that stands for those beyond <see cref="SensorsMax"/>.</summary>
    public const string Others = "others";

    private readonly Dictionary<(QuotaKind Kind, string Entity), QuotaSensor> _sensors = [];
    private readonly List<(QuotaKind, string)> _inactive = [];
    private ScheduledTimer? _sweep;

    /// <summary>Sensors in use.</summary>
    public int Count => _sensors.Count;

    /// <summary>All of them, for metrics.</summary>
    public IReadOnlyDictionary<(QuotaKind Kind, string Entity), QuotaSensor> All => _sensors;

    /// <summary>The windows of rates.</summary>
    public QuotaWindows Windows { get; } = windows;

    /// <summary>The sensor of an entity, made when it has none.</summary>
    public QuotaSensor Get(QuotaKind kind, string entity)
    {
        Check.That(shard.IsCurrent, $"quotas counted on shard {shard.Id} were used elsewhere");
        if (_sensors.TryGetValue((kind, entity), out var sensor))
        {
            return sensor;
        }

        if (_sensors.Count >= SensorsMax && entity != Others)
        {
            Mark.Hit("quota.too-many-entities");
            return Get(kind, Others);
        }

        sensor = new QuotaSensor(Windows);
        _sensors.Add((kind, entity), sensor);
        ScheduleSweep();
        return sensor;
    }

    private void ScheduleSweep()
    {
        if (_sweep is not { IsCancelled: false })
        {
            _sweep = shard.Timers.Schedule(shard.MonotonicMs + SweepMs, static state => ((QuotaSensors)state!).Sweep(), this);
        }
    }

    private void Sweep()
    {
        var oldestMs = shard.MonotonicMs - InactiveMsMax;
        foreach (var (key, sensor) in _sensors)
        {
            if (sensor.LastMs < oldestMs)
            {
                _inactive.Add(key);
            }
        }

        foreach (var key in _inactive)
        {
            Mark.Hit("quota.sensor-forgotten");
            _sensors.Remove(key);
        }

        _inactive.Clear();
        if (_sensors.Count > 0)
        {
            ScheduleSweep();
        }
    }
}
