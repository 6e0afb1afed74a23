using System.Net.Sockets;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>An accepted socket on its way to its home shard. Owned by whoever holds it; opened or refused once.</summary>
internal sealed class SocketPendingConnection(Socket socket, string remoteAddress) : IPendingConnection
{
    public string RemoteAddress => remoteAddress;

    public INetworkStream Open()
    {
        var home = Shard.Current.Network as SocketNetwork;
        Check.That(home is not null, $"shard {Shard.Current.Id} has other sockets than the one that accepted");
        return home.Adopt(socket, remoteAddress);
    }

    public void Refuse() => socket.Dispose();
}
