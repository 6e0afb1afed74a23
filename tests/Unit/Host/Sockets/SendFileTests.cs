using System.Net.Sockets;
using Deterministic.Host.Sockets;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Tests.Sockets;

public sealed class SendFileTests
{
    public static TheoryData<NetworkKind> Kinds => NetworkTests.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Ranges_arrive_between_bytes_in_order(NetworkKind kind)
    {
        var content = Bytes.Pattern(9_000_000, seed: 3);
        using var folder = new TestFolder();
        using var node = new TestNode(2, kind, new NetworkOptions { SendBufferBytes = 16384 });
        var file = await node.On(0, shard => Task.FromResult(folder.Create(shard, "log", content)));
        var (client, stream) = await Pair.Open(node, home: 1);
        using (client)
        {
            var sending = node.Begin(1, async _ =>
            {
                await stream.SendAsync("head"u8.ToArray(), more: true);
                await stream.SendFileAsync(file, 100, 8_500_000, more: true);
                await stream.SendFileAsync(file, 0, 0, more: true);
                await stream.SendFileAsync(file, 8_999_999, 1);
                await stream.SendAsync("tail"u8.ToArray());
                return true;
            });
            byte[] expected = [.. "head"u8, .. content.AsSpan(100, 8_500_000), content[^1], .. "tail"u8];
            Assert.Equal(expected, await Bytes.ReadExactly(new NetworkStream(client), expected.Length));
            await sending;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_file_that_is_shorter_than_announced_ends_the_connection(NetworkKind kind)
    {
        using var folder = new TestFolder();
        using var node = new TestNode(1, kind);
        var (client, stream) = await Pair.Open(node);
        using (client)
        {
            await node.On(0, async shard =>
            {
                using var file = folder.Create(shard, "log", new byte[1000]);
                var error = await Assert.ThrowsAsync<NetworkException>(
                    async () => await stream.SendFileAsync(file, 500, 501));
                Assert.Contains(file.Path, error.Message, StringComparison.Ordinal);
                await Assert.ThrowsAsync<NetworkException>(async () => await stream.SendAsync(new byte[1]));
            });
            var received = 0;
            while (await client.ReceiveAsync(new byte[4096]) is > 0 and var count)
            {
                received += count;
            }

            Assert.InRange(received, 0, 500);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_file_may_be_closed_while_a_range_of_it_waits_to_be_sent(NetworkKind kind)
    {
        if (kind == NetworkKind.Portable)
        {
            return;
        }

        var content = Bytes.Pattern(20_000_000, seed: 5);
        using var folder = new TestFolder();
        using var node = new TestNode(2, kind, new NetworkOptions { SendBufferBytes = 16384 });
        var (client, stream) = await Pair.Open(node, home: 1);
        using (client)
        {
            var file = await node.On(0, shard => Task.FromResult(folder.Create(shard, "log", content)));
            var sending = node.Begin(1, async _ =>
            {
                await stream.SendFileAsync(file, 0, content.Length);
                return true;
            });
            await node.On(1, _ => Assert.False(sending.IsCompleted));
            await node.On(0, shard =>
            {
                file.Dispose();
                using var other = folder.Create(shard, "other", new byte[content.Length]);
            });
            Assert.Equal(content, await Bytes.ReadExactly(new NetworkStream(client), content.Length));
            await sending;
        }
    }
}
