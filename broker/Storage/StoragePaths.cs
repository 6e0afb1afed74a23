using System.Globalization;

namespace Deterministic.Storage;

/// <summary>The file names of a log directory, as Kafka spells them.</summary>
internal static class StoragePaths
{
    internal const string LogSuffix = ".log";
    internal const string IndexSuffix = ".index";
    internal const string TimeIndexSuffix = ".timeindex";
    internal const string TransactionIndexSuffix = ".txnindex";
    internal const string SnapshotSuffix = ".snapshot";
    internal const string DeletedSuffix = ".deleted";
    internal const string CleanedSuffix = ".cleaned";
    internal const string SwapSuffix = ".swap";
    internal const string TemporarySuffix = ".tmp";
    internal const string CutSuffix = ".cut";
    internal const string DeleteDirectorySuffix = "-delete";
    internal const string FutureDirectorySuffix = "-future";
    internal const string StrayDirectorySuffix = "-stray";
    internal const string EpochCheckpoint = "leader-epoch-checkpoint";
    internal const string PartitionMetadata = "partition.metadata";
    internal const string RecoveryPointCheckpoint = "recovery-point-offset-checkpoint";
    internal const string LogStartCheckpoint = "log-start-offset-checkpoint";
    internal const string ReplicationCheckpoint = "replication-offset-checkpoint";
    internal const string CleanerCheckpoint = "cleaner-offset-checkpoint";
    internal const string CleanShutdownMarker = ".kafka_cleanshutdown";
    internal const string MetaProperties = "meta.properties";
    internal const string Lock = ".lock";

    private const int OffsetDigits = 20;

    internal static string FileName(long baseOffset, string suffix) =>
        baseOffset.ToString("D20", CultureInfo.InvariantCulture) + suffix;

    /// <summary>The offset in front of a suffix; false when the name has another form.</summary>
    internal static bool TryParseOffset(string name, string suffix, out long baseOffset)
    {
        baseOffset = 0;
        return name.Length == OffsetDigits + suffix.Length
            && name.EndsWith(suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, OffsetDigits), NumberStyles.None, CultureInfo.InvariantCulture, out baseOffset);
    }
}
