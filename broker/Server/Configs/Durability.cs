namespace Deterministic.Server.Configs;

/// <summary>When an append counts as written (our own key <c>log.durability</c>).</summary>
public enum Durability
{
    /// <summary>When the disk has flushed it: it survives a crash of the machine.</summary>
    Disk,

    /// <summary>When the operating system has it, as Kafka's default: it survives a crash of the process.</summary>
    Memory,
}
