using Deterministic.Kernel.Ports;

namespace Deterministic.Simulator.Networks;

/// <summary>An accepted stream on its way to its home shard. Owned by whoever holds it; opened or refused once.</summary>
internal sealed class SimPendingConnection(StreamEnd end) : IPendingConnection
{
    /// <inheritdoc/>
    public string RemoteAddress => end.RemoteAddress;

    /// <inheritdoc/>
    public INetworkStream Open()
    {
        end.Open();
        return end;
    }

    /// <inheritdoc/>
    public void Refuse() => end.Refuse();
}
