using Deterministic.Server.Configs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deterministic.Server;

/// <summary>What a broker is built from besides its ports. Immutable.</summary>
public sealed record BrokerNodeOptions
{
    /// <summary>Its configuration.</summary>
    public required BrokerConfig Config { get; init; }

    /// <summary>The id of the cluster when the log directories are formatted by this start; null: a random one. Formatted directories must agree with it.</summary>
    public string? ClusterId { get; init; }

    /// <summary>Where it logs.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>Measures what requests take of a shard's time, for the quota of it; null: the clock of the shard.</summary>
    public TimeProvider? ThreadClock { get; init; }

    /// <summary>Told, on a shard, when the broker cannot go on (its metadata log failed); must end the process.</summary>
    public Action<Exception> OnFatal { get; init; } = static _ => { };
}
