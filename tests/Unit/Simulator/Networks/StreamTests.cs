using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Networks;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Networks;

public sealed class StreamTests
{
    [Fact]
    public void What_is_sent_arrives_in_order_and_the_end_after_it()
    {
        var cluster = new Cluster(settings: new NetworkSettings { SplitPerMille = 500 });
        var (client, server) = cluster.Pair();
        var received = cluster.Receive("b", server);
        var bytes = Cluster.Bytes(300_000);
        cluster.Finish(cluster.Start("a", async _ =>
        {
            for (var i = 0; i < bytes.Length; i += 1000)
            {
                await client.SendAsync(bytes.AsMemory(i, 1000), i % 3000 == 0);
            }

            client.Dispose();
        }));

        Assert.True(cluster.Run(() => received.IsOver));
        Assert.True(received.IsEnded);
        Assert.Equal(bytes, received.Bytes);
    }

    [Fact]
    public void A_message_takes_the_latency_of_its_link()
    {
        var cluster = new Cluster(settings: new NetworkSettings { LatencyMinUs = 700, LatencyMaxUs = 700, JitterMaxUs = 0 });
        var (client, server) = cluster.Pair();
        var received = cluster.Receive("b", server);
        cluster.RunFor(1000);

        var before = cluster.World.NowUs;
        cluster.Send("a", client, [1]);
        Assert.True(cluster.Run(() => received.Chunks == 1));
        Assert.InRange(cluster.World.NowUs - before, 700, 900);
    }

    [Fact]
    public void A_sender_waits_when_the_window_is_full_and_goes_on_when_it_is_read()
    {
        var cluster = new Cluster(settings: new NetworkSettings { WindowBytes = 10_000 });
        var (client, server) = cluster.Pair();
        var bytes = Cluster.Bytes(25_000);
        var sent = cluster.Send("a", client, bytes);
        cluster.RunFor(Cluster.Second);
        Assert.False(sent.IsDone);

        var received = cluster.Receive("b", server, 777);
        Assert.True(cluster.Run(() => received.Bytes.Count == bytes.Length));
        Assert.True(sent.IsDone);
        Assert.Equal(bytes, received.Bytes);
    }

    [Fact]
    public void A_receive_with_an_empty_buffer_waits_for_bytes_and_takes_none()
    {
        var cluster = new Cluster();
        var (client, server) = cluster.Pair();
        var probe = -1;
        var count = 0;
        var receiving = cluster.Start("b", async _ =>
        {
            probe = await server.ReceiveAsync(Memory<byte>.Empty);
            count = await server.ReceiveAsync(new byte[10]);
        });
        cluster.RunFor(Cluster.Second);
        Assert.False(receiving.IsCompleted);

        cluster.Send("a", client, [1, 2, 3]);
        cluster.Finish(receiving);
        Assert.Equal((0, 3), (probe, count));
    }

    [Fact]
    public void A_connect_to_a_port_where_nobody_listens_is_refused_after_a_round_trip()
    {
        var cluster = new Cluster(settings: new NetworkSettings { LatencyMinUs = 500, LatencyMaxUs = 500, JitterMaxUs = 0 });
        Assert.Contains("refused", Connect(cluster, "b"), StringComparison.Ordinal);
        Assert.InRange(cluster.World.NowUs, 1000, 1200);
    }

    [Fact]
    public void An_unknown_name_is_an_error() =>
        Assert.Contains("cannot be resolved", Connect(new Cluster(), "nowhere"), StringComparison.Ordinal);

    [Fact]
    public void A_node_reaches_itself()
    {
        var cluster = new Cluster();
        var (client, server) = cluster.Pair("a", "a");
        var received = cluster.Receive("a", server);
        cluster.Send("a", client, [1, 2, 3]);
        Assert.True(cluster.Run(() => received.Bytes.Count == 3));
    }

    [Fact]
    public void A_port_that_is_taken_and_an_address_of_another_machine_cannot_be_listened_on()
    {
        var cluster = new Cluster();
        cluster.Finish(cluster.Start("a", network =>
        {
            var listener = network.Listen("0.0.0.0", Cluster.Port);
            Assert.Equal(Cluster.Port, listener.Port);
            Assert.Contains("that port", Assert.Throws<NetworkException>(() => network.Listen("a", Cluster.Port)).Message, StringComparison.Ordinal);
            Assert.Throws<NetworkException>(() => network.Listen("b", Cluster.Port));
            Assert.NotEqual(network.Listen("", 0).Port, network.Listen("localhost", 0).Port);
            listener.Dispose();
            network.Listen("a", Cluster.Port);
            return Task.CompletedTask;
        }));
    }

    [Fact]
    public void A_closed_listener_fails_its_accept_and_resets_who_waits()
    {
        var cluster = new Cluster();
        string? failure = null;
        IListener? listener = null;
        cluster.Finish(cluster.Start("b", network =>
        {
            listener = network.Listen("b", Cluster.Port);
            return Task.CompletedTask;
        }));
        INetworkStream? client = null;
        cluster.Finish(cluster.Start("a", async network => client = await network.ConnectAsync("b", Cluster.Port)));
        var received = cluster.Receive("a", client!);
        cluster.Finish(cluster.Start("b", async _ =>
        {
            var first = await listener!.AcceptAsync();
            first.Refuse();
            var second = listener.AcceptAsync();
            listener.Dispose();
            failure = (await Assert.ThrowsAsync<NetworkException>(async () => await second)).Message;
        }));
        Assert.True(cluster.Run(() => received.IsOver));
        Assert.Contains("closed", failure, StringComparison.Ordinal);
        Assert.Contains("refused", Connect(cluster, "b"), StringComparison.Ordinal);
    }

    [Fact]
    public void Sending_to_a_side_that_closed_breaks_the_stream_a_round_trip_later()
    {
        var cluster = new Cluster();
        var (client, server) = cluster.Pair();
        cluster.Finish(cluster.Start("b", _ =>
        {
            server.Dispose();
            return Task.CompletedTask;
        }));
        Assert.True(cluster.Send("a", client, [1]) is { } first && cluster.Run(() => first.IsDone));
        cluster.RunFor(Cluster.Second);
        var second = cluster.Send("a", client, [1]);
        Assert.True(cluster.Run(() => second.Failure is not null));
        Assert.Contains("reset", second.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_stream_fails_what_waits_on_it()
    {
        var cluster = new Cluster();
        var (client, _) = cluster.Pair();
        var received = cluster.Receive("a", client);
        cluster.RunFor(1000);
        cluster.Finish(cluster.Start("a", _ =>
        {
            client.Dispose();
            client.Dispose();
            return Task.CompletedTask;
        }));
        Assert.True(cluster.Run(() => received.IsOver));
        Assert.Contains("closed on this side", received.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProcessEnd.Exit)]
    [InlineData(ProcessEnd.Kill)]
    public void The_end_of_a_process_reaches_the_other_side(ProcessEnd end)
    {
        var cluster = new Cluster();
        var (client, _) = cluster.Pair();
        var received = cluster.Receive("a", client);
        cluster.Node("b").End(end);
        Assert.True(cluster.Run(() => received.IsOver));
        Assert.Contains("refused", Connect(cluster, "b"), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_loss_of_power_the_other_side_learns_nothing_until_it_sends()
    {
        var cluster = new Cluster(settings: new NetworkSettings { RetransmissionTimeoutUs = 20 * Cluster.Second });
        var (client, _) = cluster.Pair();
        var received = cluster.Receive("a", client);
        cluster.Node("b").End(ProcessEnd.PowerLoss);
        cluster.RunFor(100 * Cluster.Second);
        Assert.False(received.IsOver);

        Assert.True(cluster.Send("a", client, [1]) is { } sent && cluster.Run(() => sent.IsDone));
        cluster.RunFor(15 * Cluster.Second);
        Assert.False(received.IsOver);
        cluster.RunFor(10 * Cluster.Second);
        Assert.Contains("timed out", received.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_loss_of_power_and_a_boot_what_is_sent_is_answered_with_a_reset()
    {
        var cluster = new Cluster();
        var (client, _) = cluster.Pair();
        var received = cluster.Receive("a", client);
        cluster.Node("b").End(ProcessEnd.PowerLoss);
        cluster.Send("a", client, [1]);
        cluster.RunFor(5 * Cluster.Second);
        Assert.False(received.IsOver);

        cluster.Node("b").Boot(1);
        Assert.True(cluster.Run(() => received.IsOver, 10 * Cluster.Second));
        Assert.Contains("reset", received.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connect_to_a_machine_without_power_times_out()
    {
        var cluster = new Cluster();
        cluster.Node("b").End(ProcessEnd.PowerLoss);
        Assert.Contains("timed out", Connect(cluster, "b"), StringComparison.Ordinal);
        Assert.InRange(cluster.World.NowUs, 10 * Cluster.Second, 11 * Cluster.Second);
    }

    [Fact]
    public async Task A_process_that_ended_uses_nothing_any_more()
    {
        var cluster = new Cluster();
        var (client, _) = cluster.Pair();
        var network = cluster.Shard("a").Network;
        cluster.Node("a").End(ProcessEnd.Kill);
        Assert.Throws<ProcessEndedException>(() => network.Listen("a", 1));
        await Assert.ThrowsAsync<ProcessEndedException>(async () => await network.ConnectAsync("b", 1));
        await Assert.ThrowsAsync<ProcessEndedException>(async () => await client.SendAsync(new byte[1]));
        await Assert.ThrowsAsync<ProcessEndedException>(async () => await client.ReceiveAsync(new byte[1]));
        Assert.Throws<ProcessEndedException>(client.Dispose);
    }

    private static string Connect(Cluster cluster, string to)
    {
        var failure = "";
        cluster.Finish(cluster.Start("a", async network =>
            failure = (await Assert.ThrowsAsync<NetworkException>(async () => await network.ConnectAsync(to, Cluster.Port))).Message));
        return failure;
    }
}
