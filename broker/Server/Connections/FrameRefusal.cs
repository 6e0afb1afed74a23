using System.Text;

namespace Deterministic.Server.Connections;

/// <summary>Says what was wrong with a size prefix, and who may have sent it. Stateless.</summary>
internal static class FrameRefusal
{
    private const byte TlsHandshake = 0x16;
    private const byte TlsMajor = 0x03;

    private static readonly string[] s_httpMethods = ["GET ", "POST", "PUT ", "HEAD", "DELE", "OPTI", "PATC", "CONN", "PRI "];

    /// <summary>The reason for the log.</summary>
    internal static string Of(ReadOnlySpan<byte> bytes, int length, int frameBytesMax)
    {
        var guess = GuessOf(bytes);
        return guess is null
            ? $"a frame of {length} bytes was announced; from 1 to {frameBytesMax} (socket.request.max.bytes) are allowed"
            : $"the client speaks {guess}; this listener speaks the Kafka protocol without TLS";
    }

    private static string? GuessOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] == TlsHandshake && bytes[1] == TlsMajor)
        {
            return "TLS";
        }

        var start = Encoding.Latin1.GetString(bytes[..FrameReader.PrefixBytes]);
        if (Array.IndexOf(s_httpMethods, start) >= 0)
        {
            return "HTTP";
        }

        return string.Equals(start, "SSH-", StringComparison.Ordinal) ? "SSH" : null;
    }
}
