namespace Deterministic.Simulator.Worlds;

/// <summary>What a process is about. Whoever runs the program in it says so; crash points are told apart by it.</summary>
public enum ProcessPhase
{
    /// <summary>It reads what it finds and does not serve yet.</summary>
    Starting,

    /// <summary>It serves.</summary>
    Serving,

    /// <summary>It was asked to stop.</summary>
    Stopping,
}
