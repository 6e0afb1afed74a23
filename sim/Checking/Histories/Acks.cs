namespace Deterministic.Checking.Histories;

/// <summary>What the producer waits for. A send without any acknowledgement is recorded as info, never as ok.</summary>
public enum Acks
{
    /// <summary>All in-sync replicas: an acknowledged record is durable.</summary>
    All,

    /// <summary>The leader alone: an acknowledged record may be lost with it.</summary>
    Leader,
}
