using Deterministic.Server;
using Deterministic.Server.Metadata;

namespace Deterministic.Simulator.Observing;

/// <summary>What one shard had at the last look, so that the next look sees cheaply what is new. Lives as long as the process of its broker.</summary>
internal sealed class ShardWatch
{
    /// <summary>The shard; null before the broker has built it.</summary>
    internal BrokerShard? Shard { get; set; }

    /// <summary>The image it acted by.</summary>
    internal MetadataImage? Image { get; set; }

    /// <summary>How many partitions it had.</summary>
    internal int PartitionCount { get; set; }

    /// <summary>The logs it has open.</summary>
    internal List<WatchedLog> Logs { get; } = [];
}
