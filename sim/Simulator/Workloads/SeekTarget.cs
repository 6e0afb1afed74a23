namespace Deterministic.Simulator.Workloads;

/// <summary>Where a <see cref="SeekOperation"/> goes.</summary>
public enum SeekTarget
{
    /// <summary>The log start offset.</summary>
    Earliest,

    /// <summary>The log end offset.</summary>
    Latest,

    /// <summary>The first record of a time or later.</summary>
    Time,

    /// <summary>The record with the latest timestamp.</summary>
    MaxTimestamp,

    /// <summary>Some records back, at most to 0.</summary>
    Back,

    /// <summary>Some records ahead, maybe beyond the end.</summary>
    Ahead,
}
