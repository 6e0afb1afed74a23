namespace Deterministic.Runner.Determinism;

/// <summary>Where seeds are run for a comparison: this process, or another one.</summary>
internal interface IRunSide
{
    /// <summary>The fingerprints of seeds, in their order.</summary>
    IReadOnlyList<Fingerprint> Run(ulong first, ulong count);

    /// <summary>Every step of the window in a new run of the seed, each with the hash behind it and what was told in it.</summary>
    IReadOnlyList<string> Steps(ulong seed, long firstStep, long lastStep);
}
