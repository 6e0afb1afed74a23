using Deterministic.Storage;
using Microsoft.Extensions.Logging;

namespace Deterministic.Server;

/// <summary>Storage's lines in the broker's log. Used by every shard; the logger itself may be.</summary>
internal sealed class StorageLog(ILogger log) : IStorageLog
{
    /// <inheritdoc/>
    public void Info(string message) => ServerLog.StorageInfo(log, message);

    /// <inheritdoc/>
    public void Warning(string message) => ServerLog.StorageWarning(log, message);

    /// <inheritdoc/>
    public void Error(string message) => ServerLog.StorageError(log, message);
}
