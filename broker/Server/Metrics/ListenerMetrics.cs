namespace Deterministic.Server.Metrics;

/// <summary>Counters of the connections that came in by one listener to one shard, which owns them and lives as long.</summary>
public sealed class ListenerMetrics(string name)
{
    /// <summary>The listener's name.</summary>
    public string Name { get; } = name;

    /// <summary>Connections opened.</summary>
    public long Opened { get; internal set; }

    /// <summary>Connections closed.</summary>
    public long Closed { get; internal set; }

    /// <summary>Of those: closed because nothing moved on them.</summary>
    public long Expired { get; internal set; }

    /// <summary>Bytes received.</summary>
    public long BytesIn { get; internal set; }

    /// <summary>Bytes sent.</summary>
    public long BytesOut { get; internal set; }

    /// <summary>Requests taken.</summary>
    public long Requests { get; internal set; }

    /// <summary>Answers sent.</summary>
    public long Responses { get; internal set; }
}
