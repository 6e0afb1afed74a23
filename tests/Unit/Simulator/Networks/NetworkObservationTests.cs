using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Networks;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Networks;

/// <summary>Crash points at the network's calls, flipped bits, and what the log tells.</summary>
public sealed class NetworkObservationTests
{
    [Theory]
    [InlineData("connect", "a")]
    [InlineData("accept", "b")]
    [InlineData("send", "a")]
    [InlineData("receive", "b")]
    public void A_process_can_end_before_and_after_each_call(string point, string node)
    {
        foreach (var isAfterEffect in new[] { false, true })
        {
            var cluster = new Cluster();
            var process = cluster.Node(node).Process!;
            var id = $"{point} {process.Phase.ToString().ToLowerInvariant()}";
            cluster.World.CrashPoints.Arm(new CrashOrder { Node = node, PointId = id, IsAfterEffect = isAfterEffect });
            var received = 0;
            Start(cluster, "b", async network =>
            {
                using var stream = (await network.Listen("b", Cluster.Port).AcceptAsync()).Open();
                received = await stream.ReceiveAsync(new byte[10]);
            });
            cluster.RunFor(Cluster.Second);
            Start(cluster, "a", async network =>
            {
                var stream = await network.ConnectAsync("b", Cluster.Port);
                await stream.SendAsync(new byte[7]);
            });
            cluster.RunFor(Cluster.Second);

            Assert.False(process.IsAlive);
            var counts = Assert.Single(cluster.World.CrashPoints.Counts, counts => counts.Id == id);
            Assert.Equal((isAfterEffect ? 0 : 1, isAfterEffect ? 1 : 0), (counts.CrashedBefore, counts.CrashedAfter));
            Assert.Equal(point == "send" && isAfterEffect ? 7 : 0, received);
        }
    }

    [Fact]
    public void A_flipped_bit_lies_under_the_checksum_of_a_batch()
    {
        var batch = Batch();
        for (var seed = 1UL; seed <= 50; seed++)
        {
            var received = Deliver(seed, [.. Cluster.Bytes(100), .. batch, .. Cluster.Bytes(50)], false);
            var changed = Enumerable.Range(0, received.Length).Where(i => received[i] != Sent(batch)[i]).ToList();
            var at = Assert.Single(changed);
            Assert.InRange(at, 100 + RecordBatchHeader.CrcCoveragePosition, 100 + batch.Length - 1);
            Assert.Equal(1, System.Numerics.BitOperations.PopCount((uint)(received[at] ^ Sent(batch)[at])));
        }

        static byte[] Sent(byte[] batch) => [.. Cluster.Bytes(100), .. batch, .. Cluster.Bytes(50)];
    }

    [Fact]
    public void Bytes_that_nothing_protects_are_left_alone_unless_a_plan_says_anywhere()
    {
        var bytes = Cluster.Bytes(500);
        Assert.Equal(bytes, Deliver(1, bytes, false));
        Assert.NotEqual(bytes, Deliver(1, bytes, true));
    }

    [Fact]
    public void The_log_tells_who_sent_what_to_whom_and_when()
    {
        var log = new EventLog();
        var cluster = new Cluster(settings: new NetworkSettings { SplitPerMille = 0 }, log: log);
        var (client, server) = cluster.Pair();
        var received = cluster.Receive("b", server);
        cluster.Send("a", client, new byte[123]);
        Assert.True(cluster.Run(() => received.Chunks == 1));
        var line = Assert.Single(log.Lines, line => line.From is not null);
        Assert.Equal(("a", "b", "#1: 123 bytes"), (line.From, line.Who, line.Text));
        Assert.True(line.SentAtUs < line.AtUs);
    }

    // The node that lives sees a connection that is refused, reset or ended.
    private static void Start(Cluster cluster, string node, Func<INetwork, Task> program) => _ = cluster.Start(node, async network =>
    {
        try
        {
            await program(network);
        }
        catch (NetworkException e)
        {
            Assert.NotEmpty(e.Message);
        }
    });

    private static byte[] Deliver(ulong seed, byte[] bytes, bool anywhere)
    {
        var cluster = new Cluster(seed, new NetworkSettings { SplitPerMille = 0 });
        var (client, server) = cluster.Pair();
        var received = cluster.Receive("b", server);
        cluster.Network.Faults.Corrupt(["a"], ["b"], 1000, anywhere);
        cluster.Send("a", client, bytes);
        Assert.True(cluster.Run(() => received.Bytes.Count == bytes.Length));
        Assert.Equal(received.Bytes.SequenceEqual(bytes) ? 0 : 1, cluster.World.FaultCounts[FaultKind.NetworkCorruption]);
        return [.. received.Bytes];
    }

    private static byte[] Batch()
    {
        var builder = new RecordBatchBuilder();
        builder.Begin(new BatchOptions());
        builder.Append(1, Blob.Null, new Blob(Cluster.Bytes(200)));
        return builder.Build().ToArray();
    }
}
