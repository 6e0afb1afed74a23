namespace Deterministic.Server.Metrics;

/// <summary>Where a broker is in its life: the values of Kafka's gauge BrokerState.</summary>
public enum NodeState
{
    /// <summary>Not started, or stopped.</summary>
    NotRunning = 0,

    /// <summary>Logs are being loaded.</summary>
    Starting = 1,

    /// <summary>Serves.</summary>
    Running = 3,

    /// <summary>Answers what is under way, takes nothing new.</summary>
    ShuttingDown = 7,
}
