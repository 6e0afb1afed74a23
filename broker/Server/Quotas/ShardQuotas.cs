using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Quotas;

/// <summary>
/// The quotas of a broker as one shard sees them: whom they concern by its image, and the sensors of the entities that it
/// counts for. A quota is for the whole broker; one shard, chosen by the entity's name, counts for all. Owned by that shard, lives as long.
/// </summary>
public sealed class ShardQuotas
{
    /// <summary>The user of a connection that nobody authenticated.</summary>
    public const string Anonymous = "ANONYMOUS";

    private const int IdleChargesMax = 256;

    private readonly Stack<QuotaCharge> _idle = new();
    private readonly TimeProvider _threadClock;
    private ImmutableSortedDictionary<ClientQuotaKey, ClientQuotaRecord> _known =
        ImmutableSortedDictionary<ClientQuotaKey, ClientQuotaRecord>.Empty;

    /// <summary>The part of one shard. <paramref name="threadClock"/> measures what a request takes of the shard's time.</summary>
    public ShardQuotas(Shard shard, QuotaWindows windows, TimeProvider threadClock)
    {
        Shard = shard;
        Sensors = new QuotaSensors(shard, windows);
        _threadClock = threadClock;
        Peers = [this];
    }

    /// <summary>Where it counts.</summary>
    public Shard Shard { get; }

    /// <summary>What it counts.</summary>
    public QuotaSensors Sensors { get; }

    /// <summary>The quotas in force; another object whenever they change.</summary>
    public QuotaTable Table { get; private set; } = QuotaTable.Empty;

    /// <summary>All shards of the broker, by number, this one among them.</summary>
    internal IReadOnlyList<ShardQuotas> Peers { get; set; }

    internal long NowMs => Shard.MonotonicMs;

    /// <summary>What the clock of the shard's thread shows, in its own ticks.</summary>
    internal long ThreadTicks => _threadClock.GetTimestamp();

    /// <summary>A new image is in force.</summary>
    internal void OnImage(MetadataImage image)
    {
        if (!ReferenceEquals(image.ClientQuotas, _known))
        {
            _known = image.ClientQuotas;
            Table = _known.IsEmpty ? QuotaTable.Empty : new QuotaTable(_known, Peers.Count);
        }
    }

    internal ShardQuotas Of(int shard) => Peers[shard];

    /// <summary>Percent-seconds of so many ticks.</summary>
    internal double PercentOf(long ticks) => ticks * 100.0 / _threadClock.TimestampFrequency;

    internal QuotaCharge Rent() => _idle.TryPop(out var charge) ? charge : new QuotaCharge(this);

    internal void Return(QuotaCharge charge)
    {
        if (_idle.Count < IdleChargesMax)
        {
            _idle.Push(charge);
        }
    }
}
