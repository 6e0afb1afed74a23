using Deterministic.Kernel;
using Deterministic.Protocol;
using Microsoft.Extensions.Logging;

namespace Deterministic.Server;

/// <summary>The log lines of the composition. Stateless.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(200, LogLevel.Error, "{Partition}: not opened, log directory {Directory} is offline")]
    internal static partial void PartitionOffline(ILogger log, TopicPartition partition, string directory);

    [LoggerMessage(201, LogLevel.Error, "{Partition}: its log could not be opened; the partition stays unavailable")]
    internal static partial void PartitionNotOpened(ILogger log, TopicPartition partition, Exception e);

    [LoggerMessage(202, LogLevel.Information, "{Text}")]
    internal static partial void StorageInfo(ILogger log, string text);

    [LoggerMessage(203, LogLevel.Warning, "{Text}")]
    internal static partial void StorageWarning(ILogger log, string text);

    [LoggerMessage(204, LogLevel.Error, "{Text}")]
    internal static partial void StorageError(ILogger log, string text);

    [LoggerMessage(205, LogLevel.Information, "Node {NodeId} of cluster {ClusterId} started: {Partitions} partitions on {Shards} shards, listening on {Listeners}")]
    internal static partial void Started(ILogger log, int nodeId, string clusterId, int partitions, int shards, string listeners);

    [LoggerMessage(206, LogLevel.Information, "Node {NodeId} stopped, {How}")]
    internal static partial void Stopped(ILogger log, int nodeId, string how);

    [LoggerMessage(207, LogLevel.Warning, "{Directory}: no topic of the metadata has {Partition}; renamed to a stray directory")]
    internal static partial void Stray(ILogger log, string directory, TopicPartition partition);

    [LoggerMessage(208, LogLevel.Error, "{Topic}-{Partition} could not be loaded: {Reason}")]
    internal static partial void CoordinatorNotLoaded(ILogger log, string topic, int partition, string reason);

    [LoggerMessage(209, LogLevel.Critical, "The broker cannot go on")]
    internal static partial void Fatal(ILogger log, Exception e);

    [LoggerMessage(210, LogLevel.Warning, "A checkpoint could not be written: {Reason}")]
    internal static partial void CheckpointFailed(ILogger log, string reason);

    [LoggerMessage(211, LogLevel.Debug, "Shard {Shard}: housekeeping of {Partitions} partitions")]
    internal static partial void Housekeeping(ILogger log, ShardId shard, int partitions);

    [LoggerMessage(212, LogLevel.Information, "{Count} log directories formatted for cluster {ClusterId}")]
    internal static partial void Formatted(ILogger log, int count, string clusterId);

    [LoggerMessage(213, LogLevel.Information, "{Partition}: compacted up to offset {Offset}, {Bytes} bytes are left")]
    internal static partial void Compacted(ILogger log, TopicPartition partition, long offset, long bytes);

    [LoggerMessage(214, LogLevel.Error, "Topic {Topic}: its configuration cannot be used, defaults stand in for it: {Reason}")]
    internal static partial void TopicConfigRefused(ILogger log, string topic, string reason);

    [LoggerMessage(216, LogLevel.Information, "{Partition}: begins to move from {From} to {To}")]
    internal static partial void MoveBegun(ILogger log, TopicPartition partition, string from, string to);

    [LoggerMessage(217, LogLevel.Information, "{Partition}: moved from {From} to {To}")]
    internal static partial void MoveFinished(ILogger log, TopicPartition partition, string from, string to);

    [LoggerMessage(218, LogLevel.Warning, "{Partition}: its move to {To} waits for the disk: {Reason}")]
    internal static partial void MoveWaits(ILogger log, TopicPartition partition, string to, string reason);

    [LoggerMessage(219, LogLevel.Error, "{Partition}: a batch behind offset {Offset} in {Path} is damaged, so its move is given up")]
    internal static partial void MoveGivenUp(ILogger log, TopicPartition partition, string path, long offset);

    [LoggerMessage(220, LogLevel.Error, "Log directory {Directory} is left out: {Reason}")]
    internal static partial void DirectoryLeftOut(ILogger log, string directory, string reason);

    [LoggerMessage(221, LogLevel.Error, "Log directory {Directory} has failed; its partitions are offline until a restart finds it working: {Reason}")]
    internal static partial void DirectoryFailed(ILogger log, string directory, string reason);

    [LoggerMessage(215, LogLevel.Error, "The dynamic configuration of this broker cannot be used, the former one stays in force: {Reason}")]
    internal static partial void BrokerConfigRefused(ILogger log, string reason);

    [LoggerMessage(216, LogLevel.Debug, "What client instance {Instance} pushed cannot be read: {Reason}")]
    internal static partial void TelemetryRefused(ILogger log, Uuid instance, string reason);
}
