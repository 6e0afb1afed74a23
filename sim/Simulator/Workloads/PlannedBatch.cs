using Deterministic.Protocol.Records;

namespace Deterministic.Simulator.Workloads;

/// <summary>A record batch of a <see cref="SendOperation"/>.</summary>
public sealed record PlannedBatch
{
    /// <summary>Position in <see cref="Workload.Topics"/>.</summary>
    public required int Topic { get; init; }

    /// <summary>The partition, modulo how many there are.</summary>
    public int Partition { get; init; }

    /// <summary>How it is compressed.</summary>
    public CompressionCodec Codec { get; init; }

    /// <summary>Whether it is damaged when it is sent for the first time: the broker must refuse it then.</summary>
    public bool IsDamagedAtFirst { get; init; }

    /// <summary>Its records.</summary>
    public required IReadOnlyList<PlannedRecord> Records { get; init; }
}
