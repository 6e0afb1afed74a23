using Deterministic.Simulator.Worlds;
using Microsoft.Extensions.Logging;

namespace Deterministic.Simulator.Runs;

/// <summary>A broker's log: goes to the world's log when there is one, and nowhere otherwise.</summary>
internal sealed class WorldLogger(World world, string node) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => world.Log is not null && logLevel >= LogLevel.Information;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // The log of a run that somebody watches must not change its hash: it is told past Note.
        if (IsEnabled(logLevel))
        {
            world.Log!.Add(world.NowUs, world.Events, node, exception is null ? formatter(state, exception) : $"{formatter(state, exception)}: {exception.Message}");
        }
    }
}
