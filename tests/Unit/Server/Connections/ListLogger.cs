using Microsoft.Extensions.Logging;

namespace Deterministic.Server.Tests.Connections;

/// <summary>Keeps what was logged.</summary>
public sealed class ListLogger : ILogger
{
    public List<(LogLevel Level, string Text, Exception? Error)> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add((logLevel, formatter(state, exception), exception));

    public bool Has(string part) => Lines.Exists(line => line.Text.Contains(part, StringComparison.Ordinal));
}
