using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Tests.Sockets;

/// <summary>Listens on shard 0, opens connections on all shards in turn, and sends back what comes.</summary>
internal static class EchoServer
{
    internal static Task<int> Start(TestNode node, int shards) => node.On(0, shard =>
    {
        var listener = shard.Network.Listen("127.0.0.1", 0);
        Accept(node, shards, listener);
        return Task.FromResult(listener.Port);
    });

    private static async void Accept(TestNode node, int shards, IListener listener)
    {
        try
        {
            for (var next = 0; ; next = (next + 1) % shards)
            {
                var pending = await listener.AcceptAsync();
                node[next].Post(() => Echo(pending.Open()));
            }
        }
        catch (NetworkException)
        {
            // The test is over.
        }
    }

    private static async void Echo(INetworkStream stream)
    {
        var buffer = Shard.Current.Buffers.Rent(8192);
        try
        {
            while (await stream.ReceiveAsync(buffer.Memory) is > 0 and var count)
            {
                await stream.SendAsync(buffer.Memory[..count]);
            }
        }
        catch (NetworkException)
        {
            // The client left, or the test is over.
        }

        stream.Dispose();
        buffer.Release();
    }
}
