namespace Deterministic.Simulator.Disks;

/// <summary>How many of the sectors of a file that were not flushed are there after the power went, and how many are not.</summary>
internal record struct PowerLossOutcome(int Kept, int Lost);
