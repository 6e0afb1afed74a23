using System.Globalization;

namespace Deterministic.Host.Client;

/// <summary>Host and port of a broker, as <c>--bootstrap-server</c> lists them.</summary>
internal readonly record struct BrokerAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port,host:port</c>.</summary>
    /// <exception cref="KafkaClientException">A part is malformed.</exception>
    public static IReadOnlyList<BrokerAddress> ParseList(string text)
    {
        var addresses = new List<BrokerAddress>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = part.LastIndexOf(':');
            if (colon <= 0 || !ushort.TryParse(part[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                throw new KafkaClientException($"--bootstrap-server {text}: {part} must be host:port, for example localhost:9092");
            }

            addresses.Add(new BrokerAddress(part[..colon].Trim('[', ']'), port));
        }

        return addresses.Count > 0
            ? addresses
            : throw new KafkaClientException("--bootstrap-server must name at least one host:port");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Host}:{Port}";
}
