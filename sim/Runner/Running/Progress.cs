using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Deterministic.Runner.Running;

/// <summary>One line at the bottom of the terminal that says how far a batch is; nothing when standard error is not a terminal. Lives for one batch.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(200);
    private readonly bool _isShown = !Console.IsErrorRedirected;
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _shownAt;

    /// <summary>Shows the sums, now and then.</summary>
    public void Show(BatchTotals totals, ulong? of)
    {
        if (!_isShown || _clock.Elapsed - _shownAt < s_period)
        {
            return;
        }

        _shownAt = _clock.Elapsed;
        var bad = totals.Failures + totals.Errors;
        var share = of is { } all ? $"{totals.Seeds}/{all}" : totals.Seeds.ToString(CultureInfo.InvariantCulture);
        Clear();
        _console.Markup(string.Create(CultureInfo.InvariantCulture,
            $"[grey]{share} seeds[/] [{(bad == 0 ? "green" : "red")}]{bad} bad[/] [grey]{totals.EventsPerCoreSecond / 1000:F0} k events/s/core, {totals.Ratio:F0} x real time, {_clock.Elapsed:mm\\:ss}[/]"));
    }

    /// <summary>Takes the line away, so that another can be printed.</summary>
    public void Clear()
    {
        if (_isShown)
        {
            Console.Error.Write("\r\e[2K");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();
}
