using Deterministic.Protocol;
using Deterministic.Storage;

namespace Deterministic.Server.Replication;

/// <summary>What one fetch got of one partition. The file range must be released on the owner shard.</summary>
internal record struct PartitionRead(ErrorCode Error)
{
    /// <summary>Bytes, and the aborted transactions among them.</summary>
    internal LogRead Log { get; init; }

    /// <summary>As of the read; -1 on error.</summary>
    internal long HighWatermark { get; init; } = -1;

    /// <summary>As of the read; -1 on error.</summary>
    internal long LastStableOffset { get; init; } = -1;

    /// <summary>As of the read; -1 on error.</summary>
    internal long LogStartOffset { get; init; } = -1;

    /// <summary>The leader to go to, with some errors; else -1.</summary>
    internal int CurrentLeaderId { get; init; } = -1;

    /// <summary>Its epoch, with some errors; else -1.</summary>
    internal int CurrentLeaderEpoch { get; init; } = -1;

    /// <summary>Where the log of the leader parts from what the client has seen (KIP-595); -1 for nowhere.</summary>
    internal int DivergingEpoch { get; init; } = -1;

    /// <summary>See <see cref="DivergingEpoch"/>.</summary>
    internal long DivergingEndOffset { get; init; } = -1;

    /// <summary>Bytes to send.</summary>
    internal readonly int SizeBytes => Log.Range.SizeBytes;

    /// <summary>Whether it must be told at once instead of waited upon.</summary>
    internal readonly bool IsUrgent => Error != ErrorCode.None || DivergingEpoch >= 0;
}
