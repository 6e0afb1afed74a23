using Deterministic.Protocol;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Broker;

/// <summary>DeleteRecords: what is deleted stays deleted, whatever happens to the broker.</summary>
public sealed class DeleteRecordsTests
{
    private const long Earliest = -2;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_log_start_moves_and_what_lies_below_is_not_served(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 3);
        var client = broker.Connect();
        for (var partition = 0; partition < 3; partition++)
        {
            client.Produce("orders", partition, "a", "b", "c", "d");
        }

        var answer = client.DeleteRecords("orders", 1, 3);
        Assert.Equal((0, 3L), (answer.ErrorCode, answer.LowWatermark));
        Assert.Equal(3, client.ListOffset("orders", 1, Earliest));
        Assert.Equal((short)ErrorCode.OffsetOutOfRange, client.Fetch(ClientVerbs.Fetch("orders", (1, 2))).Responses[0].Partitions[0].ErrorCode);
        Assert.Equal(["d"], client.ReadAll("orders", 1, 3));
        Assert.Equal(["a", "b", "c", "d"], client.ReadAll("orders", 0));
        Assert.Equal(["a", "b", "c", "d"], client.ReadAll("orders", 2));
    }

    [Fact]
    public void Minus_one_deletes_up_to_the_high_watermark_and_offsets_go_on()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders");
        var client = broker.Connect();
        client.Produce("orders", 0, "a", "b", "c");
        Assert.Equal(3, client.DeleteRecords("orders", 0, -1).LowWatermark);
        Assert.Empty(client.ReadAll("orders", 0, 3));
        Assert.Equal(3, client.Produce("orders", 0, "d").BaseOffset);
        Assert.Equal(["d"], client.ReadAll("orders", 0, 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_acknowledged_deletion_survives_kill_and_power_failure(bool losesPower)
    {
        var broker = TestBroker.Started(2, null, ("log.flush.offset.checkpoint.interval.ms", "3600000"));
        broker.CreateTopic("orders", 2);
        var client = broker.Connect();
        client.Produce("orders", 0, "a", "b", "c");
        client.Produce("orders", 1, "x", "y", "z");
        Assert.Equal(2, client.DeleteRecords("orders", 0, 2).LowWatermark);
        Assert.Equal(1, client.DeleteRecords("orders", 1, 1).LowWatermark);
        if (losesPower)
        {
            broker.CrashAndRestart();
        }
        else
        {
            broker.KillAndRestart();
        }

        client = broker.Connect();
        Assert.Equal(2, client.ListOffset("orders", 0, Earliest));
        Assert.Equal(1, client.ListOffset("orders", 1, Earliest));
        Assert.Equal(["c"], client.ReadAll("orders", 0, 2));
        Assert.Equal(["y", "z"], client.ReadAll("orders", 1, 1));
    }

    [Fact]
    public void An_earlier_offset_moves_nothing_back()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        var client = broker.Connect();
        client.Produce("orders", 0, "a", "b", "c");
        client.DeleteRecords("orders", 0, 2);
        var again = client.DeleteRecords("orders", 0, 1);
        Assert.Equal((0, 2L), (again.ErrorCode, again.LowWatermark));
    }

    [Fact]
    public void A_deletion_that_cannot_be_made_durable_is_not_acknowledged()
    {
        var disk = new MemoryDisk();
        var broker = TestBroker.Started(2, disk);
        broker.CreateTopic("orders");
        var client = broker.Connect();
        client.Produce("orders", 0, "a", "b", "c");
        disk.Fault = static (_, path) => path.Contains("log-start-offset-checkpoint", StringComparison.Ordinal) ? new IOException("no") : null;
        var answer = client.DeleteRecords("orders", 0, 2);
        Assert.Equal(((int)ErrorCode.KafkaStorageError, -1L), (answer.ErrorCode, answer.LowWatermark));
    }

    [Fact]
    public void Several_deletions_at_once_are_all_durable()
    {
        var broker = TestBroker.Started(3, null, ("log.flush.offset.checkpoint.interval.ms", "3600000"));
        broker.CreateTopic("orders", 6);
        var clients = Enumerable.Range(0, 6).Select(_ => broker.Connect()).ToArray();
        for (var partition = 0; partition < 6; partition++)
        {
            clients[0].Produce("orders", partition, "a", "b", "c");
        }

        var sent = clients.Select((client, partition) =>
        {
            var topic = new Protocol.Apis.DeleteRecordsRequest.DeleteRecordsTopic { Name = "orders" };
            topic.Partitions.Add(new Protocol.Apis.DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = partition, Offset = 1 + (partition % 3) });
            var request = new Protocol.Apis.DeleteRecordsRequest { TimeoutMs = 1000 };
            request.Topics.Add(topic);
            return client.Send(2, request);
        }).ToArray();
        broker.Settle();
        for (var i = 0; i < 6; i++)
        {
            var answer = clients[i].Take<Protocol.Apis.DeleteRecordsRequest, Protocol.Apis.DeleteRecordsResponse>(2, sent[i]).Topics[0].Partitions[0];
            Assert.Equal((0, 1L + (i % 3)), (answer.ErrorCode, answer.LowWatermark));
        }

        broker.CrashAndRestart();
        var reader = broker.Connect();
        Assert.Equal([1L, 2, 3, 1, 2, 3], Enumerable.Range(0, 6).Select(partition => reader.ListOffset("orders", partition, Earliest)));
    }
}
