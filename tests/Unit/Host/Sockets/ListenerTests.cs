using System.Net.Sockets;
using Deterministic.Host.Sockets;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Tests.Sockets;

public sealed class ListenerTests
{
    public static TheoryData<NetworkKind> Kinds => NetworkTests.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_taken_port_is_an_error_that_names_it(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        await node.On(0, shard =>
        {
            using var first = shard.Network.Listen("127.0.0.1", 0);
            var error = Assert.Throws<NetworkException>(() => shard.Network.Listen("127.0.0.1", first.Port));
            Assert.Contains($"127.0.0.1:{first.Port}", error.Message, StringComparison.Ordinal);
            Assert.Contains("another process listens there", error.Message, StringComparison.Ordinal);
        });
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_address_of_another_machine_is_an_error_that_says_so(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        await node.On(0, shard =>
        {
            var error = Assert.Throws<NetworkException>(() => shard.Network.Listen("192.0.2.1", 0));
            Assert.Contains("192.0.2.1:0", error.Message, StringComparison.Ordinal);
            Assert.Contains("does not have that address", error.Message, StringComparison.Ordinal);
        });
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_unknown_name_is_an_error_that_names_it(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        await node.On(0, async shard =>
        {
            var listening = Assert.Throws<NetworkException>(() => shard.Network.Listen("no-such-host.invalid", 0));
            Assert.Contains("no-such-host.invalid", listening.Message, StringComparison.Ordinal);
            var connecting = await Assert.ThrowsAsync<NetworkException>(
                async () => await shard.Network.ConnectAsync("no-such-host.invalid", 1));
            Assert.Contains("no-such-host.invalid", connecting.Message, StringComparison.Ordinal);
        });
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_closed_port_is_an_error_that_names_it(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        await node.On(0, async shard =>
        {
            var listener = shard.Network.Listen("127.0.0.1", 0);
            listener.Dispose();
            var error = await Assert.ThrowsAsync<NetworkException>(
                async () => await shard.Network.ConnectAsync("127.0.0.1", listener.Port));
            Assert.Contains($"127.0.0.1:{listener.Port}", error.Message, StringComparison.Ordinal);
            Assert.Contains("refused", error.Message, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Closing_a_listener_wakes_its_waiting_accept_and_frees_the_port(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        var listener = await node.On(0, shard => Task.FromResult(shard.Network.Listen("127.0.0.1", 0)));
        var accepting = node.Begin(0, _ => Assert.ThrowsAsync<NetworkException>(
            async () => await listener.AcceptAsync()));
        await node.On(0, _ => listener.Dispose());
        await accepting.WaitAsync(TestNode.Patience);
        await node.On(0, shard => shard.Network.Listen("127.0.0.1", listener.Port).Dispose());
    }

    [Theory]
    [InlineData(NetworkKind.Automatic, "0.0.0.0", "127.0.0.1")]
    [InlineData(NetworkKind.Automatic, "localhost", "127.0.0.1")]
    [InlineData(NetworkKind.Automatic, "", "127.0.0.1")]
    [InlineData(NetworkKind.Portable, "", "127.0.0.1")]
    [InlineData(NetworkKind.Automatic, "::", "127.0.0.1")]
    [InlineData(NetworkKind.Automatic, "::", "::1")]
    [InlineData(NetworkKind.Portable, "::", "::1")]
    public async Task Names_and_wildcards_listen_where_clients_connect(NetworkKind kind, string host, string connectTo)
    {
        if (!Socket.OSSupportsIPv6 && (host.Contains(':', StringComparison.Ordinal) || connectTo.Length == 3))
        {
            return;
        }

        using var node = new TestNode(1, kind);
        await node.On(0, async shard =>
        {
            using var listener = shard.Network.Listen(host, 0);
            using var client = await shard.Network.ConnectAsync(connectTo, listener.Port);
            var pending = await listener.AcceptAsync();
            Assert.StartsWith(connectTo.Contains(':', StringComparison.Ordinal) ? "[::1]:" : "127.0.0.1:", pending.RemoteAddress, StringComparison.Ordinal);
            using var server = pending.Open();
            await client.SendAsync(new byte[] { 9 });
            Assert.Equal([9], await Bytes.ReceiveExactly(server, 1));
        });
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_refused_connection_is_closed(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        await node.On(0, async shard =>
        {
            using var listener = shard.Network.Listen("127.0.0.1", 0);
            using var client = await shard.Network.ConnectAsync("127.0.0.1", listener.Port);
            (await listener.AcceptAsync()).Refuse();
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
        });
    }
}
