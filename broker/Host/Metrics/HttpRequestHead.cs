using System.Text;

namespace Deterministic.Host.Metrics;

/// <summary>The head of an HTTP/1.x request, as far as a page without parameters needs it.</summary>
internal readonly record struct HttpRequestHead(string Method, string Path, bool KeepsAlive)
{
    /// <summary>Bytes of a head, at most.</summary>
    internal const int BytesMax = 8 * 1024;

    /// <summary>Where the head ends in what has arrived; 0 while it is not whole.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        return end < 0 ? 0 : end + 4;
    }

    /// <summary>Reads one; null when it is none.</summary>
    internal static HttpRequestHead? Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
        var parts = lines[0].Split(' ');
        if (parts.Length != 3 || !parts[2].StartsWith("HTTP/1.", StringComparison.Ordinal) || !parts[1].StartsWith('/'))
        {
            return null;
        }

        var keepsAlive = parts[2] == "HTTP/1.1";
        foreach (var line in lines[1..])
        {
            if (line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase))
            {
                keepsAlive = line.Contains("keep-alive", StringComparison.OrdinalIgnoreCase);
            }
        }

        return new HttpRequestHead(parts[0], parts[1].Split('?')[0], keepsAlive);
    }
}
