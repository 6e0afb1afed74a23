namespace Deterministic.Simulator.Worlds;

/// <summary>How a process ends.</summary>
public enum ProcessEnd
{
    /// <summary>By itself, with its files closed.</summary>
    Exit,

    /// <summary>It is killed; the machine goes on: the page cache survives and its connections are reset.</summary>
    Kill,

    /// <summary>The machine stops at once: un-flushed writes are lost or torn, and nobody tells the other ends of its connections.</summary>
    PowerLoss,
}
