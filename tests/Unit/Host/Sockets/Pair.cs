using System.Net;
using System.Net.Sockets;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Tests.Sockets;

/// <summary>Both ends of one connection: an ordinary socket, and a stream at home on a shard.</summary>
internal static class Pair
{
    internal static async Task<(Socket Client, INetworkStream Stream)> Open(TestNode node, int home = 0)
    {
        var listener = await node.On(0, shard => Task.FromResult(shard.Network.Listen("127.0.0.1", 0)));
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, listener.Port));
        var pending = await node.On(0, async _ => await listener.AcceptAsync());
        var stream = await node.On(home, _ => Task.FromResult(pending.Open()));
        await node.On(0, _ => listener.Dispose());
        return (client, stream);
    }
}
