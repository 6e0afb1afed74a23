namespace Deterministic.Runner.Determinism;

/// <summary>A seed whose runs were not the same, and the first event in which they part. Immutable.</summary>
internal sealed record Mismatch(Fingerprint Here, Fingerprint There, string? EventHere, string? EventThere)
{
    /// <summary>Whether runs for which every step was kept parted too: otherwise it is rare, or watching hides it.</summary>
    public bool IsNamed => EventHere is not null || EventThere is not null;
}
