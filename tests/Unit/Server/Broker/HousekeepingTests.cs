using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Tests.Broker;

/// <summary>What happens to logs as time passes, and that nothing happens to idle ones.</summary>
public sealed class HousekeepingTests
{
    [Fact]
    public void Old_records_go_and_new_ones_stay()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 2, ("retention.ms", "3600000"), ("segment.ms", "600000"));
        var client = broker.Connect();
        client.Produce("orders", 0, "old");
        broker.Advance(3 * 3_600_000);
        client = broker.Connect();
        Assert.Equal((short)ErrorCode.OffsetOutOfRange, client.Fetch(ClientVerbs.Fetch("orders", (0, 0))).Responses[0].Partitions[0].ErrorCode);
        Assert.Equal(1, client.Produce("orders", 0, "new").BaseOffset);
        Assert.Equal(["new"], client.ReadAll("orders", 0, 1));
    }

    [Fact]
    public void A_compacted_topic_keeps_the_last_value_of_each_key()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("state", 1, ("cleanup.policy", "compact"), ("segment.ms", "60000"), ("min.cleanable.dirty.ratio", "0.01"));
        var client = broker.Connect();
        for (var i = 0; i < 20; i++)
        {
            Keyed(client, "a", "a" + i);
            Keyed(client, "b", "b" + i);
        }

        broker.Advance(1_200_000);
        client = broker.Connect();
        Keyed(client, "c", "c");
        broker.Advance(1_200_000);
        Assert.Equal(["a19", "b19", "c"], broker.Connect().ReadAll("state", 0));
        Assert.True(broker.Log.Has("compacted up to offset"));
        Assert.True(broker.Stop());
        Assert.True(broker.Disk.FileExists("/data/cleaner-offset-checkpoint"));
        broker.Restart();
        Assert.Equal(["a19", "b19", "c"], broker.Connect().ReadAll("state", 0));
    }

    [Fact]
    public void An_idle_broker_does_next_to_nothing()
    {
        var broker = TestBroker.Started(2);
        for (var i = 0; i < 10; i++)
        {
            broker.CreateTopic("t" + i, 100);
        }

        broker.Advance(120_000);
        broker.Disk.Trace = [];
        var runs = 0;
        var end = broker.Clock.GetTimestamp() + 600_000;
        while (broker.Clock.GetTimestamp() < end)
        {
            var next = Math.Min(end, broker.Shards.Min(shard => shard.NextDeadline));
            broker.Clock.Advance(Math.Max(1, next - broker.Clock.GetTimestamp()));
            foreach (var shard in broker.Shards)
            {
                while (shard.HasWork || shard.NextDeadline <= shard.MonotonicMs)
                {
                    shard.Run(1000);
                    runs++;
                }
            }
        }

        // Ten minutes: a checkpoint look each minute, a cleaner look each 15 s, and little else.
        Assert.InRange(runs, 1, 500);
        Assert.Empty(broker.Disk.Trace);
    }

    private static void Keyed(TestClient client, string key, string value)
    {
        var builder = new RecordBatchBuilder();
        builder.Begin(new BatchOptions());
        builder.Append(1_795_420_000_000, new Blob(System.Text.Encoding.UTF8.GetBytes(key)), new Blob(System.Text.Encoding.UTF8.GetBytes(value)));
        var answer = client.Ask<ProduceRequest, ProduceResponse>(ClientVerbs.ProduceVersion, ClientVerbs.Produce("state", 0, builder.BuildArray()));
        Assert.Equal(0, answer.Responses[0].PartitionResponses[0].ErrorCode);
    }
}
