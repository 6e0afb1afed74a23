using Microsoft.Extensions.Logging;

namespace Deterministic.Host.Commands;

/// <summary>The log lines of the operating-system side. Stateless.</summary>
internal static partial class HostLog
{
    [LoggerMessage(900, LogLevel.Warning, "{Message}")]
    internal static partial void Warning(ILogger log, string message);
}
