namespace Deterministic.Host.Metrics;

/// <summary>What a page says.</summary>
internal readonly record struct HttpAnswer(int Status, string ContentType, string Body)
{
    /// <summary>A line for people.</summary>
    internal static HttpAnswer Line(int status, string line) => new(status, "text/plain; charset=utf-8", line + "\n");
}
