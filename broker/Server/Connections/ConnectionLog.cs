using Deterministic.Kernel;
using Deterministic.Protocol;
using Microsoft.Extensions.Logging;

namespace Deterministic.Server.Connections;

/// <summary>The log lines of connections. Stateless.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(100, LogLevel.Debug, "{Client}: connected to {Listener}, home is shard {Shard}")]
    internal static partial void Opened(ILogger log, string client, string listener, ShardId shard);

    [LoggerMessage(101, LogLevel.Debug, "{Client}: closed: {Reason}")]
    internal static partial void Closed(ILogger log, string client, string reason);

    [LoggerMessage(102, LogLevel.Debug, "{Client}: draining: {Reason}")]
    internal static partial void Draining(ILogger log, string client, string reason);

    [LoggerMessage(103, LogLevel.Information, "{Client}: connection refused: {Reason}")]
    internal static partial void Refused(ILogger log, string client, string reason);

    [LoggerMessage(104, LogLevel.Error, "{Client}: {Api} v{Version} failed")]
    internal static partial void HandlerFailed(ILogger log, ApiKey api, short version, string client, Exception e);

    [LoggerMessage(105, LogLevel.Error, "Listener {Listener} no longer accepts: {Reason}")]
    internal static partial void AcceptFailed(ILogger log, string listener, string reason);

    [LoggerMessage(107, LogLevel.Debug, "{Client}: connection closed in {ThrottleMs} ms (connection_creation_rate)")]
    internal static partial void Throttled(ILogger log, string client, long throttleMs);

    [LoggerMessage(106, LogLevel.Warning, "{Client}: closed, the answer to {Api} v{Version} cannot be written: {Reason}")]
    internal static partial void Unwritable(ILogger log, string client, ApiKey api, short version, string reason);
}
