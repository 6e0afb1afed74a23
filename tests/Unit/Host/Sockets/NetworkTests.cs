using System.Net;
using System.Net.Sockets;
using Deterministic.Host.Sockets;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Tests.Sockets;

public sealed class NetworkTests
{
    public static TheoryData<NetworkKind> Kinds =>
        OperatingSystem.IsLinux() ? [NetworkKind.Epoll, NetworkKind.Portable] : [NetworkKind.Portable];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Many_connections_echo_and_each_lives_on_the_shard_that_opened_it(NetworkKind kind)
    {
        using var node = new TestNode(2, kind);
        var port = await EchoServer.Start(node, shards: 2);
        var clients = Enumerable.Range(0, 200).Select(async number =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            for (var round = 0; round < 5; round++)
            {
                var sent = Bytes.Pattern(100 + number, seed: number + round);
                await client.Client.SendAsync(sent);
                Assert.Equal(sent, await Bytes.ReadExactly(client.GetStream(), sent.Length));
            }
        });
        await Task.WhenAll(clients).WaitAsync(TestNode.Patience);
        Assert.False(node.Fatal.Task.IsCompleted);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Large_transfers_pass_through_tiny_socket_buffers(NetworkKind kind)
    {
        var tiny = new NetworkOptions { SendBufferBytes = 4096, ReceiveBufferBytes = 4096 };
        using var node = new TestNode(2, kind, tiny);
        var port = await EchoServer.Start(node, shards: 2);
        var sent = Bytes.Pattern(3_000_000, seed: 7);
        var received = await node.On(1, async shard =>
        {
            using var stream = await shard.Network.ConnectAsync("127.0.0.1", port);
            var sending = stream.SendAsync(sent).AsTask();
            var all = await Bytes.ReceiveExactly(stream, sent.Length);
            await sending;
            return all;
        });
        Assert.Equal(sent, received);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_half_closed_connection_still_gets_its_answer(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        var (client, stream) = await Pair.Open(node);
        using (client)
        {
            client.Send([1, 2, 3]);
            client.Shutdown(SocketShutdown.Send);
            await node.On(0, async _ =>
            {
                Assert.Equal(0, await stream.ReceiveAsync(default));
                Assert.Equal([1, 2, 3], await Bytes.ReceiveExactly(stream, 3));
                Assert.Equal(0, await stream.ReceiveAsync(new byte[10]));
                Assert.Equal(0, await stream.ReceiveAsync(new byte[10]));
                await stream.SendAsync(new byte[] { 4, 5 });
                stream.Dispose();
            });
            var answer = new byte[2];
            var received = client.Receive(answer);
            Assert.Equal(2, received < 2 ? received + client.Receive(answer, received, 1, SocketFlags.None) : received);
            Assert.Equal([4, 5], answer);
            Assert.Equal(0, client.Receive(new byte[1]));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_reset_is_a_network_exception_that_names_the_peer(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        var (client, stream) = await Pair.Open(node);
        var peer = client.LocalEndPoint!.ToString()!;
        var receiving = node.Begin(0, _ => Assert.ThrowsAsync<NetworkException>(
            async () => await stream.ReceiveAsync(new byte[10])));
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        var error = await receiving.WaitAsync(TestNode.Patience);
        Assert.Contains(peer, error.Message, StringComparison.Ordinal);
        Assert.Equal(peer, stream.RemoteAddress);
        await node.On(0, _ => Assert.ThrowsAsync<NetworkException>(async () => await SendUntilItBreaks(stream)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Disposing_wakes_a_waiting_receive_and_a_waiting_send(NetworkKind kind)
    {
        using var node = new TestNode(1, kind, new NetworkOptions { SendBufferBytes = 4096 });
        var (client, stream) = await Pair.Open(node);
        using (client)
        {
            var receiving = node.Begin(0, _ => Assert.ThrowsAsync<NetworkException>(
                async () => await stream.ReceiveAsync(default)));
            var sending = node.Begin(0, _ => Assert.ThrowsAsync<NetworkException>(
                async () => await stream.SendAsync(new byte[64 * 1024 * 1024])));
            await node.On(0, _ => stream.Dispose());
            await Task.WhenAll(receiving, sending).WaitAsync(TestNode.Patience);
            await node.On(0, _ => Assert.ThrowsAsync<NetworkException>(
                async () => await stream.ReceiveAsync(new byte[1])));
            await node.On(0, _ => Assert.ThrowsAsync<NetworkException>(
                async () => await stream.SendAsync(new byte[1])));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_empty_receive_waits_for_bytes_and_takes_none(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        var (client, stream) = await Pair.Open(node);
        using (client)
        {
            for (var round = 0; round < 3; round++)
            {
                var readable = node.Begin(0, async _ => await stream.ReceiveAsync(default));
                await node.On(0, _ => Assert.False(readable.IsCompleted));
                client.Send([7, 8]);
                Assert.Equal(0, await readable.WaitAsync(TestNode.Patience));
                var buffer = new byte[2];
                Assert.Equal(2, await node.On(0, async _ => await stream.ReceiveAsync(buffer)));
                Assert.Equal([7, 8], buffer);
            }
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Two_receives_at_a_time_break_an_invariant(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        var (client, stream) = await Pair.Open(node);
        using (client)
        {
            _ = node.Begin(0, async _ => await stream.ReceiveAsync(new byte[1]));
            await node.On(0, _ => Assert.ThrowsAsync<InvariantException>(
                async () => await stream.ReceiveAsync(new byte[1])));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Stopping_a_node_ends_every_wait(NetworkKind kind)
    {
        Task<NetworkException> receiving;
        Task<NetworkException> accepting;
        using (var node = new TestNode(1, kind))
        {
            var (_, stream) = await Pair.Open(node);
            receiving = node.Begin(0, _ => Assert.ThrowsAsync<NetworkException>(
                async () => await stream.ReceiveAsync(new byte[1])));
            accepting = node.Begin(0, shard => Assert.ThrowsAsync<NetworkException>(
                async () => await shard.Network.Listen("127.0.0.1", 0).AcceptAsync()));
            await node.On(0, _ => { });
        }

        await Task.WhenAll(receiving, accepting).WaitAsync(TestNode.Patience);
    }

    [Fact]
    public async Task Continuations_run_on_the_shard()
    {
        using var node = new TestNode(2);
        var port = await EchoServer.Start(node, shards: 2);
        await node.On(1, async shard =>
        {
            using var stream = await shard.Network.ConnectAsync("localhost", port);
            Assert.Same(shard, Shard.Current);
            for (var i = 0; i < 100; i++)
            {
                await stream.SendAsync(new byte[] { 1 });
                Assert.Equal(1, await stream.ReceiveAsync(new byte[1]));
                Assert.Same(shard, Shard.Current);
            }
        });
    }

    private static async Task SendUntilItBreaks(INetworkStream stream)
    {
        for (var i = 0; i < 1000; i++)
        {
            await stream.SendAsync(new byte[1000]);
        }
    }
}
