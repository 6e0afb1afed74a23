using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>Chooses and builds a shard's network. Stateless.</summary>
internal static class NetworkFactory
{
    internal const string Variable = "DETERMINISTIC_NETWORK";

    /// <summary>The network of one shard and what its thread waits on.</summary>
    internal static (INetwork Network, IEventPoll Poll) Build(NetworkKind kind, NetworkOptions options)
    {
        if (kind == NetworkKind.Automatic)
        {
            kind = Choose(Environment.GetEnvironmentVariable(Variable));
        }

        if (kind == NetworkKind.Portable)
        {
            var network = new SocketNetwork(options);
            return (network, new PortablePoll(network));
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("the network kind epoll is for Linux only; use portable");
        }

        var epoll = new Epoll();
        return (new EpollNetwork(epoll, options), epoll);
    }

    private static NetworkKind Choose(string? value) => value switch
    {
        null or "" => OperatingSystem.IsLinux() ? NetworkKind.Epoll : NetworkKind.Portable,
        "epoll" => NetworkKind.Epoll,
        "portable" => NetworkKind.Portable,
        _ => throw new NotSupportedException($"{Variable}={value} is not allowed; use epoll or portable"),
    };
}
