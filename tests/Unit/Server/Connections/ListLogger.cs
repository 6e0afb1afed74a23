using Microsoft.Extensions.Logging;

namespace Deterministic.Server.Tests.Connections;

/// <summary>Keeps what was logged.</summary>
public sealed class ListLogger : ILogger
{
    private readonly List<(LogLevel Level, string Text, Exception? Error)> _lines = [];

    public IReadOnlyList<(LogLevel Level, string Text, Exception? Error)> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add((logLevel, formatter(state, exception), exception));

    public bool Has(string part) => _lines.Exists(line => line.Text.Contains(part, StringComparison.Ordinal));
}
