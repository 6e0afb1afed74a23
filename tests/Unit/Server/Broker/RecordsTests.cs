using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Broker;

/// <summary>Producing and fetching through a whole broker.</summary>
public sealed class RecordsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_produced_is_fetched(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 5);
        var client = broker.Connect();
        for (var partition = 0; partition < 5; partition++)
        {
            Assert.Equal(0, client.Produce("orders", partition, "a" + partition, "b").ErrorCode);
            Assert.Equal(2, client.Produce("orders", partition, "c").BaseOffset);
        }

        for (var partition = 0; partition < 5; partition++)
        {
            Assert.Equal(["a" + partition, "b", "c"], client.ReadAll("orders", partition));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Pipelined_requests_are_answered_in_order(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 7);
        var client = broker.Connect();
        var sent = new List<int>();
        for (var i = 0; i < 200; i++)
        {
            sent.Add(client.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", i % 7, ClientVerbs.Batch("v" + i))));
        }

        broker.Settle();
        foreach (var correlationId in sent)
        {
            var response = client.Take<ProduceRequest, ProduceResponse>(ClientVerbs.ProduceVersion, correlationId);
            Assert.Equal(0, response.Responses[0].PartitionResponses[0].ErrorCode);
        }

        for (var partition = 0; partition < 7; partition++)
        {
            var expected = Enumerable.Range(0, 200).Where(i => i % 7 == partition).Select(i => "v" + i);
            Assert.Equal(expected, client.ReadAll("orders", partition));
        }

        Assert.True(client.Connection.SendCalls < 150, $"{client.Connection.SendCalls} sends for 200 responses");
    }

    [Fact]
    public void A_long_poll_is_answered_when_something_is_produced()
    {
        foreach (var shards in new[] { 1, 3 })
        {
            var broker = TestBroker.Started(shards);
            broker.CreateTopic("orders", 3);
            var consumer = broker.Connect();
            var request = ClientVerbs.Fetch("orders", (0, 0), (1, 0), (2, 0));
            request.MaxWaitMs = 500;
            var correlationId = consumer.Send(ClientVerbs.FetchVersion, request);
            broker.Advance(100);
            Assert.False(consumer.HasResponse);
            broker.Connect().Produce("orders", 1, "x");
            var response = consumer.Take<FetchRequest, FetchResponse>(ClientVerbs.FetchVersion, correlationId);
            Assert.Equal([0, 1, 2], response.Responses[0].Partitions.ToArray().Select(p => p.PartitionIndex));
            Assert.True(response.Responses[0].Partitions[1].Records.SizeBytes > 0);
            Assert.Equal(0, response.Responses[0].Partitions[0].Records.SizeBytes);
        }
    }

    [Fact]
    public void A_long_poll_ends_at_its_deadline()
    {
        foreach (var shards in new[] { 1, 3 })
        {
            var broker = TestBroker.Started(shards);
            broker.CreateTopic("orders", 3);
            var consumer = broker.Connect();
            var request = ClientVerbs.Fetch("orders", (0, 0), (1, 0), (2, 0));
            request.MaxWaitMs = 500;
            consumer.Send(ClientVerbs.FetchVersion, request);
            broker.Advance(499);
            Assert.False(consumer.HasResponse);
            broker.Advance(1);
            Assert.True(consumer.HasResponse);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Min_bytes_are_waited_for_over_several_partitions(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 6);
        var consumer = broker.Connect();
        var producer = broker.Connect();
        var request = ClientVerbs.Fetch("orders", (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0));
        request.MaxWaitMs = 60_000;
        request.MinBytes = 600;
        var correlationId = consumer.Send(ClientVerbs.FetchVersion, request);
        broker.Settle();
        var produced = 0;
        for (var i = 0; !consumer.HasResponse; i++)
        {
            producer.Produce("orders", i % 6, "x");
            produced += ClientVerbs.Batch("x").Length;
            Assert.True(produced < 1000, "the fetch never ends");
        }

        Assert.True(produced >= 600, $"answered after {produced} bytes");
        var response = consumer.Take<FetchRequest, FetchResponse>(ClientVerbs.FetchVersion, correlationId);
        Assert.True(response.Responses[0].Partitions.ToArray().Sum(p => p.Records.SizeBytes) >= 600);
    }

    [Fact]
    public void Less_than_min_bytes_is_given_at_the_deadline()
    {
        foreach (var shards in new[] { 1, 3 })
        {
            var broker = TestBroker.Started(shards);
            broker.CreateTopic("orders", 3);
            var consumer = broker.Connect();
            var request = ClientVerbs.Fetch("orders", (0, 0), (1, 0), (2, 0));
            request.MaxWaitMs = 500;
            request.MinBytes = 100_000;
            var correlationId = consumer.Send(ClientVerbs.FetchVersion, request);
            broker.Settle();
            broker.Connect().Produce("orders", 1, "x");
            broker.Connect().Produce("orders", 2, "y");
            broker.Advance(500);
            var response = consumer.Take<FetchRequest, FetchResponse>(ClientVerbs.FetchVersion, correlationId);
            Assert.Equal(2, response.Responses[0].Partitions.ToArray().Count(p => p.Records.SizeBytes > 0));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void One_batch_at_least_is_given_however_small_the_limits(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 4);
        var client = broker.Connect();
        for (var partition = 0; partition < 4; partition++)
        {
            client.Produce("orders", partition, new string('x', 500));
        }

        var request = ClientVerbs.Fetch("orders", (0, 0), (1, 0), (2, 0), (3, 0));
        request.MaxBytes = 1;
        foreach (ref var partition in request.Topics[0].Partitions)
        {
            partition.PartitionMaxBytes = 1;
        }

        var partitions = client.Fetch(request).Responses[0].Partitions.ToArray();
        Assert.True(partitions[0].Records.SizeBytes > 500);
        Assert.All(partitions[1..], partition => Assert.Equal(0, partition.Records.SizeBytes));
    }

    [Fact]
    public void Max_bytes_hold_over_shards()
    {
        var broker = TestBroker.Started(3);
        broker.CreateTopic("orders", 6);
        var client = broker.Connect();
        for (var partition = 0; partition < 6; partition++)
        {
            client.Produce("orders", partition, new string('x', 500));
        }

        var request = ClientVerbs.Fetch("orders", (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0));
        request.MaxBytes = 1500;
        var sizes = client.Fetch(request).Responses[0].Partitions.ToArray().Select(p => p.Records.SizeBytes).ToArray();
        Assert.InRange(sizes.Sum(), 1000, 1500);
    }

    [Fact]
    public void Offsets_out_of_range_are_refused_and_the_end_is_not()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        var client = broker.Connect();
        client.Produce("orders", 0, "a", "b");
        foreach (var (offset, error) in new[] { (2L, 0), (3L, 1), (-1L, 1), (long.MaxValue, 1) })
        {
            Assert.Equal(error, client.Fetch(ClientVerbs.Fetch("orders", (0, offset))).Responses[0].Partitions[0].ErrorCode);
        }
    }

    [Fact]
    public void Acks_0_gets_no_answer_and_an_error_closes_the_connection()
    {
        var broker = TestBroker.Started(3);
        broker.CreateTopic("orders", 3);
        var client = broker.Connect();
        client.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 1, ClientVerbs.Batch("a"), acks: 0));
        broker.Settle();
        Assert.Empty(client.Connection.Received);
        Assert.Equal(["a"], client.ReadAll("orders", 1));
        client.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("absent", 1, ClientVerbs.Batch("a"), acks: 0));
        broker.Settle();
        Assert.True(client.IsClosed);
        Assert.True(broker.Log.Has("UNKNOWN_TOPIC_OR_PARTITION"));
    }

    [Fact]
    public void Nothing_is_acknowledged_or_shown_before_the_disk_has_it()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 2);
        broker.Disk.HoldsFlushes = true;
        foreach (short acks in new[] { 1, -1 })
        {
            var client = broker.Connect();
            var before = client.ReadAll("orders", 0).Count;
            client.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 0, ClientVerbs.Batch("a"), acks));
            broker.Advance(20_000);
            Assert.False(client.HasResponse);
            Assert.Equal(before, broker.Connect().ReadAll("orders", 0).Count);
            broker.Disk.CompleteFlushes();
            broker.Settle();
            Assert.True(client.HasResponse);
            Assert.Equal(before + 1, broker.Connect().ReadAll("orders", 0).Count);
        }
    }

    [Fact]
    public void With_durability_memory_nobody_waits_for_the_disk()
    {
        var broker = TestBroker.Started(2, null, ("log.durability", "memory"));
        broker.CreateTopic("orders", 2);
        broker.Disk.HoldsFlushes = true;
        Assert.Equal(0, broker.Connect().Produce("orders", 1, "a").ErrorCode);
        Assert.Equal(["a"], broker.Connect().ReadAll("orders", 1));
    }

    [Fact]
    public void A_failed_disk_refuses_and_never_acknowledges()
    {
        var broker = TestBroker.Started(2, null, ("log.dirs", "/data,/other"), ("metadata.log.dir", "/meta"));
        broker.CreateTopic("orders", 4);
        broker.Disk.Fault = (doing, path) => path.StartsWith("/data/", StringComparison.Ordinal) || path.StartsWith("/other/", StringComparison.Ordinal)
            ? new IOException("the device is gone") : null;
        var client = broker.Connect();
        Assert.Equal((short)ErrorCode.KafkaStorageError, client.Produce("orders", 0, "a").ErrorCode);
        Assert.NotEqual(0, client.Produce("orders", 0, "b").ErrorCode);
        Assert.Contains(broker.Log.Lines, line => line.Text.Contains("the device is gone", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Duplicates_of_an_idempotent_producer_are_known_over_a_restart(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 3);
        var client = broker.Connect();
        var id = client.Ask<InitProducerIdRequest, InitProducerIdResponse>(4, new InitProducerIdRequest { TransactionalId = Text.Null }).ProducerId;
        for (var sequence = 0; sequence < 6; sequence++)
        {
            Assert.Equal(sequence, Send(client, id, sequence).BaseOffset);
        }

        broker.KillAndRestart();
        client = broker.Connect();
        for (var sequence = 1; sequence < 6; sequence++)
        {
            Assert.Equal((0, sequence), ((int)Send(client, id, sequence).ErrorCode, (int)Send(client, id, sequence).BaseOffset));
        }

        Assert.Equal((short)ErrorCode.OutOfOrderSequenceNumber, Send(client, id, 0).ErrorCode);
        Assert.Equal((short)ErrorCode.OutOfOrderSequenceNumber, Send(client, id, 8).ErrorCode);
        Assert.Equal(6, Send(client, id, 6).BaseOffset);
        Assert.Equal(7, client.ReadAll("orders", 2).Count);

        static ProduceResponse.PartitionProduceResponse Send(TestClient client, long id, int sequence) =>
            client.Ask<ProduceRequest, ProduceResponse>(
                ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 2, ClientVerbs.Batch(id, 0, sequence, "s" + sequence))).Responses[0].PartitionResponses[0];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_crash_loses_nothing_that_was_acknowledged(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 4);
        var random = new SeededRandom(7);
        var expected = new List<string>[4];
        for (var i = 0; i < 4; i++)
        {
            expected[i] = [];
        }

        for (var life = 0; life < 6; life++)
        {
            var client = broker.Connect();
            for (var i = 0; i < 30; i++)
            {
                var partition = random.Next(4);
                var value = $"{life}-{i}";
                Assert.Equal(0, client.Produce("orders", partition, value).ErrorCode);
                expected[partition].Add(value);
            }

            // What is sent now and not answered may survive or not.
            broker.Disk.HoldsFlushes = true;
            client.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 0, ClientVerbs.Batch("unanswered")));
            broker.Settle();
            Assert.False(client.HasResponse);
            broker.Disk.HoldsFlushes = false;
            broker.CrashAndRestart(random);
            for (var partition = 0; partition < 4; partition++)
            {
                var found = broker.Connect().ReadAll("orders", partition);
                Assert.Equal(expected[partition], found.Where(value => value != "unanswered"));
            }
        }
    }

    [Fact]
    public void A_clean_stop_leaves_its_marker_and_the_next_start_goes_on()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 2);
        broker.Connect().Produce("orders", 0, "a");
        Assert.True(broker.Stop());
        Assert.True(broker.Disk.FileExists("/data/.kafka_cleanshutdown"));
        broker.Restart();
        Assert.False(broker.Disk.FileExists("/data/.kafka_cleanshutdown"));
        Assert.Equal(1, broker.Connect().Produce("orders", 0, "b").BaseOffset);
        Assert.Equal(["a", "b"], broker.Connect().ReadAll("orders", 0));
    }

    [Fact]
    public void Record_errors_name_the_records()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("compacted", 1, ("cleanup.policy", "compact"));
        var answer = broker.Connect().Produce("compacted", 0, "no key", "none either");
        Assert.Equal((short)ErrorCode.InvalidRecord, answer.ErrorCode);
        Assert.Equal([0, 1], answer.RecordErrors.ToArray().Select(error => error.BatchIndex));
    }

    [Fact]
    public void A_deleted_topic_ends_the_waits_for_it()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 2);
        var consumer = broker.Connect();
        var request = ClientVerbs.Fetch("orders", (0, 0), (1, 0));
        request.MaxWaitMs = 60_000;
        consumer.Send(ClientVerbs.FetchVersion, request);
        broker.Settle();
        var delete = new DeleteTopicsRequest { TimeoutMs = 1000 };
        delete.Topics.Add(new DeleteTopicsRequest.DeleteTopicState { Name = "orders" });
        broker.Connect().Ask<DeleteTopicsRequest, DeleteTopicsResponse>(6, delete);
        broker.Settle();
        Assert.True(consumer.HasResponse);
    }
}
