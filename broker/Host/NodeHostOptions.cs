using Deterministic.Host.Files;
using Deterministic.Host.Sockets;
using Deterministic.Kernel;

namespace Deterministic.Host;

/// <summary>How <see cref="NodeHost"/> builds a node. Immutable.</summary>
public sealed record NodeHostOptions
{
    /// <summary>The largest <see cref="ShardCount"/>.</summary>
    public const int ShardsMax = 256;

    /// <summary>Processors from which on spinning has a core to spare.</summary>
    public const int SpinProcessorsMin = 3;

    /// <summary>Shards, each with a thread: one per core unless configured.</summary>
    public int ShardCount { get; init; } = Math.Min(Environment.ProcessorCount, ShardsMax);

    /// <summary>Which sockets to use.</summary>
    public NetworkKind Network { get; init; } = NetworkKind.Automatic;

    /// <summary>How sockets are set up.</summary>
    public NetworkOptions Sockets { get; init; } = new();

    /// <summary>Flushes under way at a time.</summary>
    public int FlusherThreads { get; init; } = FlusherPool.ThreadsDefault;

    /// <summary>
    /// Whether a shard may spin for some microseconds before it blocks. Quicker answers for few connections where cores are
    /// idle; where clients share two cores with the broker it only takes their time.
    /// </summary>
    public bool MaySpin { get; init; } = Environment.ProcessorCount >= SpinProcessorsMin;

    /// <summary>Told, on the shard's thread, when a shard cannot go on; must end the process.</summary>
    public Action<ShardId, Exception> OnFatal { get; init; } = FatalExit.Stop;
}
