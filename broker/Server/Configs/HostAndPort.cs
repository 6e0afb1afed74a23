using System.Globalization;

namespace Deterministic.Server.Configs;

/// <summary>An address to listen on, as <c>host:port</c>. Stateless.</summary>
internal static class HostAndPort
{
    /// <summary>The two parts, brackets around an IPv6 address taken off; null when nothing was set.</summary>
    /// <exception cref="ConfigException">It is neither empty nor host:port.</exception>
    internal static (string Host, int Port)? Parse(string key, string value)
    {
        if (value.Length == 0)
        {
            return null;
        }

        var colon = value.LastIndexOf(':');
        return colon >= 0 && ushort.TryParse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (value[..colon].Trim('[', ']'), port)
            : throw new ConfigException($"Invalid value {value} for configuration {key}: it is host:port, :port for every address of this machine, or empty for nothing");
    }
}
