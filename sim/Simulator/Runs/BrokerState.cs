namespace Deterministic.Simulator.Runs;

/// <summary>Where a simulated broker is: down → starting → serving → stopping → down; a crash leads down from anywhere.</summary>
public enum BrokerState
{
    /// <summary>No process.</summary>
    Down,

    /// <summary>Its process runs and does not answer yet.</summary>
    Starting,

    /// <summary>It answers.</summary>
    Serving,

    /// <summary>It was asked to stop.</summary>
    Stopping,
}
