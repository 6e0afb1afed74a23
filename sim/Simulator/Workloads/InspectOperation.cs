using Deterministic.Protocol;

namespace Deterministic.Simulator.Workloads;

/// <summary>An administrator asks for something and looks whether the answer can be; part of a plan.</summary>
public sealed record InspectOperation : PlannedOperation
{
    /// <summary>What is asked: one of those that change nothing.</summary>
    public required ApiKey Api { get; init; }

    /// <summary>Position in <see cref="Workload.Topics"/> of the topic that it is about, where it is about one.</summary>
    public int Topic { get; init; }

    /// <summary>The version, modulo how many there are.</summary>
    public int Version { get; init; }

    /// <summary>About one topic or group rather than about all, where there is the choice.</summary>
    public bool IsAboutOne { get; init; }
}
