namespace Deterministic.Storage;

/// <summary>What an append waits for before it counts as stored on this node.</summary>
public enum Durability
{
    /// <summary>The device has confirmed a flush that covers it.</summary>
    Disk,

    /// <summary>The page cache has it (Kafka's default); a crash of the machine may lose it, a crash of the process does not.</summary>
    Memory,
}
