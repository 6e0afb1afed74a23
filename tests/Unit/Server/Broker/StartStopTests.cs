using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;

namespace Deterministic.Server.Tests.Broker;

/// <summary>Starts that fail, and what they leave behind.</summary>
public sealed class StartStopTests
{
    [Fact]
    public void A_taken_port_is_named_and_costs_the_next_start_nothing()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 2);
        broker.Connect().Produce("orders", 1, "a");
        Assert.True(broker.Stop());
        var again = new TestBroker(2, broker.Disk);
        again.Network.Listen("localhost", TestBroker.Port);
        var error = Assert.Throws<NetworkException>(again.Start);
        Assert.Contains("9092", error.Message, StringComparison.Ordinal);
        Assert.True(broker.Disk.FileExists("/data/.kafka_cleanshutdown"));
        again.Restart();
        Assert.Equal(["a"], again.Connect().ReadAll("orders", 1));
    }

    [Fact]
    public void A_directory_in_use_is_named()
    {
        var broker = TestBroker.Started();
        var error = Assert.Throws<IOException>(new TestBroker(1, broker.Disk).Start);
        Assert.Contains("/data is in use by another process", error.Message, StringComparison.Ordinal);
        broker.CreateTopic("orders");
        Assert.Equal(0, broker.Connect().Produce("orders", 0, "a").ErrorCode);
    }

    [Fact]
    public void A_directory_of_another_node_is_refused_and_left_as_it_is()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        broker.Connect().Produce("orders", 0, "a");
        broker.Stop();
        var error = Assert.Throws<InvalidDataException>(new TestBroker(1, broker.Disk, ("node.id", "7")).Start);
        Assert.Contains("node", error.Message, StringComparison.Ordinal);
        broker.Restart();
        Assert.Equal(["a"], broker.Connect().ReadAll("orders", 0));
    }

    [Fact]
    public void A_full_disk_refuses_and_loses_nothing()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 1);
        var client = broker.Connect();
        Assert.Equal(0, client.Produce("orders", 0, "kept").ErrorCode);
        broker.Disk.Fault = static (doing, _) => doing == "write" ? new IOException("No space left on device") : null;
        Assert.NotEqual(0, client.Produce("orders", 0, "refused").ErrorCode);
        broker.KillAndRestart();
        var found = broker.Connect().ReadAll("orders", 0);
        Assert.Equal("kept", found[0]);
        Assert.Equal(0, broker.Connect().Produce("orders", 0, "new").ErrorCode);
    }

    [Fact]
    public void A_clock_that_steps_back_stops_nothing()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 2);
        var client = broker.Connect();
        Assert.Equal(0, client.Produce("orders", 0, "before").ErrorCode);
        broker.Clock.StepWallClock(-86_400_000);
        var late = client.Produce("orders", 0, "after");
        Assert.Equal((short)ErrorCode.InvalidTimestamp, late.ErrorCode);
        broker.CreateTopic("relaxed", 1, ("message.timestamp.after.max.ms", "9223372036854775807"));
        Assert.Equal(0, client.Produce("relaxed", 0, "after").ErrorCode);
        var consumer = broker.Connect();
        var request = ClientVerbs.Fetch("orders", (1, 0));
        request.MaxWaitMs = 500;
        consumer.Send(ClientVerbs.FetchVersion, request);
        broker.Advance(500);
        Assert.True(consumer.HasResponse);
        broker.KillAndRestart();
        Assert.Equal(["before"], broker.Connect().ReadAll("orders", 0));
        Assert.Equal(["after"], broker.Connect().ReadAll("relaxed", 0));
    }

    [Fact]
    public void The_number_of_shards_may_change_from_start_to_start()
    {
        var broker = TestBroker.Started(3);
        broker.CreateTopic("orders", 5);
        for (var partition = 0; partition < 5; partition++)
        {
            broker.Connect().Produce("orders", partition, "p" + partition);
        }

        broker.Stop();
        foreach (var shards in new[] { 1, 4, 2 })
        {
            broker = TestBroker.Started(shards, broker.Disk);
            for (var partition = 0; partition < 5; partition++)
            {
                Assert.Equal(["p" + partition], broker.Connect().ReadAll("orders", partition));
            }

            broker.Stop();
        }
    }

    [Fact]
    public void A_thousand_partitions_start_quickly_and_answer()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 1000);
        broker.Stop();
        var before = broker.Disk.Steps;
        broker.Restart();
        Assert.InRange(broker.Disk.Steps - before, 0, 20_000);
        Assert.Equal(0, broker.Connect().Produce("orders", 999, "x").ErrorCode);
    }

    [Fact]
    public void A_topic_deleted_and_made_again_begins_at_0()
    {
        var broker = TestBroker.Started(2);
        for (var life = 0; life < 3; life++)
        {
            broker.CreateTopic("orders", 2);
            Assert.Equal(0, broker.Connect().Produce("orders", 1, "life " + life).BaseOffset);
            Assert.Equal(["life " + life], broker.Connect().ReadAll("orders", 1));
            var delete = new DeleteTopicsRequest { TimeoutMs = 1000 };
            delete.Topics.Add(new DeleteTopicsRequest.DeleteTopicState { Name = "orders" });
            broker.Connect().Ask<DeleteTopicsRequest, DeleteTopicsResponse>(6, delete);
            broker.KillAndRestart();
        }

        Assert.DoesNotContain(broker.Disk.ListDirectories("/data"), name => name.StartsWith("orders", StringComparison.Ordinal));
    }

    [Fact]
    public void A_log_that_an_error_of_the_disk_kept_from_opening_is_tried_again()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        broker.Connect().Ask<ProduceRequest, ProduceResponse>(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 0, ClientVerbs.Batch("one"), -1));
        broker.Disk.Fault = static (_, path) => path.Contains("cleanshutdown", StringComparison.Ordinal) ? new IOException("no marker") : null;
        broker.Stop();
        var isFailing = true;
        broker.Disk.Fault = (doing, path) => isFailing && doing == "flush" && path.EndsWith("orders-0/00000000000000000000.log", StringComparison.Ordinal)
            ? new IOException("Input/output error")
            : null;
        broker.Restart();
        Assert.DoesNotContain(broker.Node.Shards[0].Partitions.Values, partition => partition.TopicPartition.Topic == "orders");
        isFailing = false;
        broker.Advance(11_000);
        Assert.Equal(["one"], broker.Connect().ReadAll("orders", 0));
        Assert.True(broker.Stop());
    }

    [Fact]
    public void A_damaged_metadata_snapshot_does_not_stop_a_broker_that_writes_another()
    {
        var broker = TestBroker.Started(1, null, ("metadata.log.max.record.bytes.between.snapshots", "100"));
        const string Log = "/data/__cluster_metadata-0";
        List<string> Snapshots() => [.. broker.Disk.ListFiles(Log).Where(name => name.EndsWith(".checkpoint", StringComparison.Ordinal))];
        for (var i = 0; Snapshots().Count < 2; i++)
        {
            broker.CreateTopic($"before-{i}");
        }

        var damaged = Snapshots();
        foreach (var name in damaged)
        {
            using var file = broker.Disk.Open($"{Log}/{name}", FileOpening.Existing);
            file.SetLength(10);
        }

        broker.CreateTopic("after-1");
        broker.CreateTopic("after-2");
        Assert.True(Snapshots().Count > damaged.Count);
        Assert.Null(broker.Fatal);
        Assert.True(broker.Stop());
    }
}
