using Deterministic.Host.Posix;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>An accepted descriptor on its way to its home shard. Owned by whoever holds it; opened or refused once.</summary>
internal sealed class EpollPendingConnection(int fd, string remoteAddress) : IPendingConnection
{
    private bool _isTaken;

    public string RemoteAddress => remoteAddress;

    public INetworkStream Open()
    {
        Take();
        var home = Shard.Current.Network as EpollNetwork;
        Check.That(home is not null, $"shard {Shard.Current.Id} has no epoll to open a connection on");
        return home.Adopt(fd, remoteAddress);
    }

    public void Refuse()
    {
        Take();
        _ = Libc.Close(fd);
    }

    private void Take()
    {
        Check.That(!_isTaken, $"the connection with {remoteAddress} was opened or refused twice");
        _isTaken = true;
    }
}
