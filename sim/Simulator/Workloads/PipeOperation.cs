using Deterministic.Protocol.Records;

namespace Deterministic.Simulator.Workloads;

/// <summary>A member of a group polls, makes a record of each that it got, and commits both in one transaction; part of a plan.</summary>
public sealed record PipeOperation : PlannedOperation
{
    /// <summary>The transactional id.</summary>
    public required string TransactionalId { get; init; }

    /// <summary>After which the coordinator aborts the transaction, in milliseconds.</summary>
    public required int TimeoutMs { get; init; }

    /// <summary>The topic that it sends to, a position in <see cref="Workload.Topics"/>; not one that it reads.</summary>
    public required int Output { get; init; }

    /// <summary>The partition that it sends to, modulo how many there are.</summary>
    public int Partition { get; init; }

    /// <summary>How its batches are compressed.</summary>
    public CompressionCodec Codec { get; init; }

    /// <summary>Records of a batch.</summary>
    public int BatchRecords { get; init; } = 1;

    /// <summary>How long it polls at most, in milliseconds.</summary>
    public int PollTimeoutMs { get; init; } = 500;

    /// <summary>How long it thinks before the end, in milliseconds.</summary>
    public int LingerMs { get; init; }

    /// <summary>How it means to end.</summary>
    public TransactionEnd End { get; init; }
}
