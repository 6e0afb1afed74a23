using System.Diagnostics;
using System.Globalization;

namespace Deterministic.Host.Commands;

/// <summary>
/// How far a long command is, as one line on standard error that is written anew; nothing when that is no terminal. Lives
/// for the work; used by one task at a time.
/// </summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);
    private readonly string _what;
    private readonly long _total;
    private readonly bool _isShown;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _lastShown = Stopwatch.GetTimestamp();
    private bool _hasLine;

    private Progress(string what, long total, bool isShown)
    {
        _what = what;
        _total = total;
        _isShown = isShown;
    }

    /// <summary>How much is done.</summary>
    public long Done { get; private set; }

    /// <summary>Counts things of a kind, up to a total (0 when it is unknown).</summary>
    public static Progress Of(string what, long total) => new(what, total, !Console.IsErrorRedirected);

    /// <summary>The line for so much work in so much time.</summary>
    internal static string Line(string what, long done, long total, TimeSpan elapsed)
    {
        var rate = done / Math.Max(elapsed.TotalSeconds, 0.001);
        var line = string.Create(CultureInfo.InvariantCulture, $"{done:N0} {what}, {rate:N0}/s");
        return total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100 * done / total,3} %  {line}") : line;
    }

    /// <summary>So many more are done.</summary>
    public void Advance(long count) => Reach(Done + count);

    /// <summary>So many are done.</summary>
    public void Reach(long done)
    {
        Done = done;
        if (_isShown && Stopwatch.GetElapsedTime(_lastShown) >= s_interval)
        {
            _lastShown = Stopwatch.GetTimestamp();
            _hasLine = true;
            Console.Error.Write($"\r{Line(_what, Done, _total, Stopwatch.GetElapsedTime(_start))}\u001b[K");
        }
    }

    /// <summary>Takes the line away, before other output.</summary>
    public void Clear()
    {
        if (_hasLine)
        {
            _hasLine = false;
            Console.Error.Write("\r\u001b[K");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();
}
