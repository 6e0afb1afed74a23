using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Networks;

namespace Deterministic.Simulator.Tests.Networks;

public sealed class NetworkFaultTests
{
    private static readonly string[] s_a = ["a"];
    private static readonly string[] s_b = ["b"];
    private static readonly string[] s_c = ["c"];

    [Fact]
    public void Without_faults_every_pair_reaches_each_other_and_nothing_is_counted()
    {
        var cluster = new Cluster(nodes: 4);
        Assert.Equal("ab ac ad ba bc bd ca cb cd da db dc", Reach(cluster));
        Assert.Equal(0, NetworkCounts(cluster));
    }

    [Fact]
    public void A_partition_cuts_both_ways_until_it_is_healed()
    {
        var cluster = new Cluster(nodes: 3);
        var fault = cluster.Network.Faults.Partition(["a", "b"], s_c);
        Assert.Equal("ab ba", Reach(cluster));
        Assert.Equal(1, cluster.World.FaultCounts[FaultKind.PartitionSymmetric]);

        fault.Heal();
        Assert.False(fault.IsActive);
        Assert.Equal("ab ac ba bc ca cb", Reach(cluster));
    }

    [Fact]
    public void A_fault_that_hits_nothing_is_not_counted()
    {
        var cluster = new Cluster();
        cluster.Network.Faults.Partition(s_a, s_b).Heal();
        Assert.Equal(0, NetworkCounts(cluster));
    }

    [Fact]
    public void One_way_the_bytes_arrive_and_the_other_way_they_do_not()
    {
        var cluster = new Cluster();
        var (client, server) = cluster.Pair();
        var atServer = cluster.Receive("b", server);
        var atClient = cluster.Receive("a", client);
        var fault = cluster.Network.Faults.PartitionOneWay(s_b, s_a);
        cluster.Send("a", client, [1, 2, 3]);
        cluster.Send("b", server, [4, 5]);
        cluster.RunFor(5 * Cluster.Second);
        Assert.Equal([1, 2, 3], atServer.Bytes);
        Assert.Empty(atClient.Bytes);
        Assert.Equal(1, cluster.World.FaultCounts[FaultKind.PartitionOneWay]);

        fault.Heal();
        cluster.RunFor(5 * Cluster.Second);
        Assert.Equal([4, 5], atClient.Bytes);
    }

    [Fact]
    public void Without_acknowledgements_a_sender_gets_no_further_than_its_window_and_gives_up()
    {
        var settings = new NetworkSettings { WindowBytes = 10_000, RetransmissionTimeoutUs = 30 * Cluster.Second };
        var cluster = new Cluster(settings: settings);
        var (client, server) = cluster.Pair();
        var atServer = cluster.Receive("b", server);
        cluster.Network.Faults.PartitionOneWay(s_b, s_a);
        var sent = cluster.Send("a", client, Cluster.Bytes(50_000));
        cluster.RunFor(20 * Cluster.Second);
        Assert.Equal(10_000, atServer.Bytes.Count);
        Assert.Null(sent.Failure);

        cluster.RunFor(15 * Cluster.Second);
        Assert.Contains("timed out", sent.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bridge_is_reached_by_both_groups()
    {
        var cluster = new Cluster(nodes: 5);
        cluster.Network.Faults.Bridge(["a", "b"], "c", ["d", "e"]);
        Assert.Equal("ab ac ba bc ca cb cd ce dc de ec ed", Reach(cluster));
        Assert.Equal(1, cluster.World.FaultCounts[FaultKind.PartitionOverlapping]);
    }

    [Fact]
    public void In_a_ring_a_node_reaches_its_neighbours_only()
    {
        var cluster = new Cluster(nodes: 5);
        cluster.Network.Faults.Ring(["a", "b", "c", "d", "e"]);
        Assert.Equal("ab ae ba bc cb cd dc de ea ed", Reach(cluster));
    }

    [Fact]
    public void A_ring_of_three_harms_nobody()
    {
        var cluster = new Cluster(nodes: 3);
        Assert.False(cluster.Network.Faults.Ring(["a", "b", "c"]).IsActive);
    }

    [Fact]
    public void Clients_are_cut_from_servers_that_reach_each_other()
    {
        var cluster = new Cluster(nodes: 4);
        cluster.Network.Faults.PartitionClients(["c", "d"], ["a"]);
        Assert.Equal("ab ba bc bd cb cd db dc", Reach(cluster));
        Assert.Equal(1, cluster.World.FaultCounts[FaultKind.PartitionClients]);
    }

    [Fact]
    public void A_flapping_link_delivers_while_it_is_up()
    {
        var cluster = new Cluster();
        var fault = cluster.Network.Faults.Flap(s_a, s_b, 500_000, 500_000);
        var (client, server) = cluster.Pair();
        var received = cluster.Receive("b", server);
        var sending = cluster.Start("a", async _ =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await client.SendAsync(new byte[1000]);
            }
        });
        cluster.Finish(sending);
        Assert.True(cluster.Run(() => received.Bytes.Count == 1_000_000, 600 * Cluster.Second));
        Assert.Equal(1, cluster.World.FaultCounts[FaultKind.PartitionFlapping]);

        fault.Heal();
        cluster.RunFor(10 * Cluster.Second);
        var before = cluster.World.Events;
        cluster.RunFor(10 * Cluster.Second);
        Assert.Equal(before, cluster.World.Events);
    }

    [Fact]
    public void A_dropped_segment_comes_with_its_retransmission_and_what_is_behind_it_waits()
    {
        var cluster = new Cluster();
        var (client, server) = cluster.Pair();
        var received = cluster.Receive("b", server);
        cluster.Network.Faults.Drop(s_a, s_b, 1000);
        cluster.Send("a", client, [1]);
        cluster.RunFor(1000);
        cluster.Network.Faults.HealAll();
        cluster.Send("a", client, [2]);
        cluster.RunFor(150_000);
        Assert.Empty(received.Bytes);
        cluster.RunFor(20 * Cluster.Second);
        Assert.Equal([1, 2], received.Bytes);
        Assert.Equal(1, cluster.World.FaultCounts[FaultKind.NetworkDrop]);
    }

    [Fact]
    public void A_slow_link_takes_longer_and_carries_less()
    {
        var settings = new NetworkSettings { LatencyMinUs = 1000, LatencyMaxUs = 1000, JitterMaxUs = 0, SplitPerMille = 0, WindowBytes = 1 << 20, BytesPerSecond = 100_000_000 };
        Assert.InRange(TransferUs(settings, false), 11_000, 11_300);
        Assert.InRange(TransferUs(settings, true), 120_000, 120_300);
    }

    [Fact]
    public void A_clogged_link_holds_everything_and_lets_it_go_at_once()
    {
        var cluster = new Cluster();
        var (client, server) = cluster.Pair();
        var received = cluster.Receive("b", server, 100_000);
        var fault = cluster.Network.Faults.Clog(s_a, s_b);
        for (var i = 0; i < 20; i++)
        {
            cluster.Send("a", client, new byte[1000]);
            cluster.RunFor(100_000);
        }

        Assert.Empty(received.Bytes);
        fault.Heal();
        cluster.RunFor(1000);
        Assert.Equal((20_000, 1), (received.Bytes.Count, received.Chunks));
        Assert.Equal(1, cluster.World.FaultCounts[FaultKind.NetworkClog]);
    }

    [Fact]
    public void A_connect_over_a_cut_link_times_out_and_one_over_a_healed_link_succeeds()
    {
        var cluster = new Cluster();
        var listening = Listen(cluster, "b");
        var fault = cluster.Network.Faults.PartitionOneWay(s_b, s_a);
        Assert.Contains("timed out", Connect(cluster, "a", "b"), StringComparison.Ordinal);
        fault.Heal();
        Assert.Equal("", Connect(cluster, "a", "b"));
        Assert.False(listening.IsCompleted);
    }

    [Fact]
    public void A_node_that_refuses_connections_serves_those_it_has()
    {
        var cluster = new Cluster();
        _ = Listen(cluster, "b", 9093);
        var (client, server) = cluster.Pair();
        var received = cluster.Receive("b", server);
        var fault = cluster.Network.Faults.Refuse("b");
        Assert.Contains("refused", Connect(cluster, "a", "b", 9093), StringComparison.Ordinal);
        cluster.Send("a", client, [1]);
        Assert.True(cluster.Run(() => received.Chunks == 1));

        fault.Heal();
        Assert.Equal("", Connect(cluster, "a", "b", 9093));
    }

    [Fact]
    public void When_the_backlog_is_full_the_next_connection_is_refused()
    {
        var cluster = new Cluster(settings: new NetworkSettings { Backlog = 3 });
        cluster.Finish(cluster.Start("b", static network =>
        {
            network.Listen("b", Cluster.Port);
            return Task.CompletedTask;
        }));
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal("", Connect(cluster, "a", "b")));
        Assert.Contains("refused", Connect(cluster, "a", "b"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reset_after_so_many_bytes_cuts_a_frame_in_the_middle()
    {
        var cluster = new Cluster();
        var (client, server) = cluster.Pair();
        var atClient = cluster.Receive("a", client);
        var atServer = cluster.Receive("b", server);
        cluster.Network.Faults.Reset(cluster.Network.Connections[0], 400);
        cluster.Send("b", server, new byte[300]);
        cluster.RunFor(Cluster.Second);
        Assert.False(atClient.IsOver);

        cluster.Send("b", server, new byte[300]);
        Assert.True(cluster.Run(() => atClient.IsOver && atServer.IsOver));
        Assert.Equal(400, atClient.Bytes.Count);
        Assert.Contains("reset", atClient.Failure, StringComparison.Ordinal);
        Assert.Contains("reset", atServer.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_half_open_connection_looks_whole_to_one_side_until_it_sends()
    {
        var cluster = new Cluster();
        var (client, server) = cluster.Pair();
        var atClient = cluster.Receive("a", client);
        var atServer = cluster.Receive("b", server);
        cluster.Network.Faults.HalfOpen(cluster.Network.Connections[0], "b");
        cluster.RunFor(100 * Cluster.Second);
        Assert.True(atServer.IsOver);
        Assert.False(atClient.IsOver);

        cluster.Send("a", client, [1]);
        Assert.True(cluster.Run(() => atClient.IsOver));
        Assert.Contains("reset", atClient.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_answer_takes_its_connection_with_it()
    {
        var cluster = new Cluster();
        var (client, server) = cluster.Pair();
        var atClient = cluster.Receive("a", client);
        var atServer = cluster.Receive("b", server);
        cluster.Network.Faults.LoseAnswers(s_b, s_a, 1000);
        cluster.Send("a", client, [1]);
        Assert.True(cluster.Run(() => atServer.Chunks == 1));
        cluster.Send("b", server, [2]);
        Assert.True(cluster.Run(() => atClient.IsOver));
        Assert.Empty(atClient.Bytes);
        Assert.Equal(1, cluster.World.FaultCounts[FaultKind.NetworkDuplicate]);
    }

    [Fact]
    public void Healing_among_some_nodes_leaves_the_rest_broken()
    {
        var cluster = new Cluster(nodes: 4);
        cluster.Network.Faults.Partition(s_a, ["b", "c", "d"]);
        cluster.Network.Faults.Clog(s_b, s_c);
        cluster.Network.Faults.Refuse("d");
        cluster.Network.Faults.Refuse("b");
        cluster.Network.Faults.HealAmong(["a", "b", "c"]);
        Assert.Equal("ab ac ba bc ca cb db dc", Reach(cluster));
        cluster.Network.Faults.HealAll();
        Assert.Empty(cluster.Network.Faults.Active);
        Assert.Equal("ab ac ad ba bc bd ca cb cd da db dc", Reach(cluster));
    }

    [Fact]
    public void Faults_add_up_and_one_that_is_healed_leaves_the_other()
    {
        var cluster = new Cluster();
        var first = cluster.Network.Faults.Partition(s_a, s_b);
        var second = cluster.Network.Faults.PartitionOneWay(s_a, s_b);
        first.Heal();
        first.Heal();
        Assert.Equal("", Reach(cluster));
        second.Heal();
        Assert.Equal("ab ba", Reach(cluster));
    }

    private static long TransferUs(NetworkSettings settings, bool isSlow)
    {
        var cluster = new Cluster(settings: settings);
        var (client, server) = cluster.Pair();
        var received = cluster.Receive("b", server, 1 << 20);
        cluster.RunFor(10_000);
        if (isSlow)
        {
            cluster.Network.Faults.Slow(s_a, s_b, 20, 10);
        }

        var before = cluster.World.NowUs;
        cluster.Send("a", client, new byte[1_000_000]);
        Assert.True(cluster.Run(() => received.Bytes.Count == 1_000_000));
        Assert.Equal(isSlow ? 1 : 0, cluster.World.FaultCounts[FaultKind.NetworkDelay]);
        return cluster.World.NowUs - before;
    }

    /// <summary>Which node can connect to which.</summary>
    private static string Reach(Cluster cluster)
    {
        var names = cluster.World.Nodes.Select(node => node.Name).ToList();
        var port = 10_000 + cluster.World.Nodes.Count * (int)(cluster.World.NowUs / Cluster.Second);
        foreach (var name in names)
        {
            _ = Listen(cluster, name, port);
        }

        cluster.RunFor(1000);
        var results = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var from in names)
        {
            foreach (var to in names.Where(to => to != from))
            {
                _ = cluster.Start(from, async network =>
                {
                    try
                    {
                        using var stream = await network.ConnectAsync(to, port);
                        results[from + to] = true;
                    }
                    catch (NetworkException)
                    {
                        results[from + to] = false;
                    }
                });
            }
        }

        Assert.True(cluster.Run(() => results.Count == names.Count * (names.Count - 1)));
        return string.Join(' ', results.Where(result => result.Value).Select(result => result.Key));
    }

    private static Task Listen(Cluster cluster, string node, int port = Cluster.Port) => cluster.Start(node, async network =>
    {
        var listener = network.Listen(node, port);
        while (true)
        {
            (await listener.AcceptAsync()).Refuse();
        }
    });

    private static string Connect(Cluster cluster, string from, string to, int port = Cluster.Port)
    {
        var failure = "";
        cluster.Finish(cluster.Start(from, async network =>
        {
            try
            {
                await network.ConnectAsync(to, port);
            }
            catch (NetworkException e)
            {
                failure = e.Message;
            }
        }));
        return failure;
    }

    private static long NetworkCounts(Cluster cluster) => Enum.GetValues<FaultKind>()
        .Where(static kind => kind is >= FaultKind.NetworkDrop and <= FaultKind.PartitionClients and not FaultKind.NetworkReorder)
        .Sum(kind => cluster.World.FaultCounts[kind]);
}
