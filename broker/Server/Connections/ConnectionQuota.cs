using System.Diagnostics.CodeAnalysis;
using Deterministic.Kernel;

namespace Deterministic.Server.Connections;

/// <summary>Counts the broker's connections, in all and by address. Owned by the shard that accepts, lives as long as the broker.</summary>
internal sealed class ConnectionQuota(ConnectionSet ofThisShard)
{
    private readonly Dictionary<string, int> _byAddress = new(StringComparer.Ordinal);

    /// <summary>Connections in all.</summary>
    internal int Count { get; private set; }

    /// <summary>Takes a place, or says why there is none.</summary>
    internal bool TryEnter(string address, [NotNullWhen(false)] out string? refusal)
    {
        var limits = ofThisShard.Limits;
        _byAddress.TryGetValue(address, out var count);
        refusal = Count >= limits.ConnectionsMax ? $"{Count} connections are open (max.connections)"
            : count >= limits.ConnectionsPerAddressMax ? $"{count} connections from {address} are open (max.connections.per.ip)"
            : null;
        if (refusal is not null)
        {
            Mark.Hit("connection.over-quota");
            return false;
        }

        Count++;
        _byAddress[address] = count + 1;
        return true;
    }

    /// <summary>Gives a place back.</summary>
    internal void Leave(string address)
    {
        Count--;
        var count = _byAddress[address] - 1;
        if (count == 0)
        {
            _byAddress.Remove(address);
        }
        else
        {
            _byAddress[address] = count;
        }
    }
}
