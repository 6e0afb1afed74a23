using Deterministic.Protocol;

namespace Deterministic.Storage;

/// <summary>What is known of a log before it is opened, from the checkpoints of its directory.</summary>
public readonly record struct LogStart(bool HadCleanShutdown, long RecoveryPoint, long LogStartOffset, long HighWatermark)
{
    /// <summary>A log that is new.</summary>
    public static readonly LogStart New = new(HadCleanShutdown: true, 0, 0, 0);

    /// <summary>How far the log was cleaned, from cleaner-offset-checkpoint.</summary>
    public long CleanedUpTo { get; init; }

    /// <summary>What a directory knows of a partition.</summary>
    public static LogStart Of(LogDirectory directory, TopicPartition partition)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return new LogStart(
            directory.HadCleanShutdown,
            directory.RecoveryPoints.GetValueOrDefault(partition),
            directory.LogStartOffsets.GetValueOrDefault(partition),
            directory.HighWatermarks.GetValueOrDefault(partition))
        {
            CleanedUpTo = directory.CleanerPoints.GetValueOrDefault(partition),
        };
    }
}
