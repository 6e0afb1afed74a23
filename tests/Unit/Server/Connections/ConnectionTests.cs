using System.Buffers.Binary;
using System.Text;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Tests.Broker;

namespace Deterministic.Server.Tests.Connections;

/// <summary>Connections that behave badly, and what they cost.</summary>
public sealed class ConnectionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(100_000_001)]
    public void A_frame_of_impossible_length_closes_the_connection_and_says_what_is_allowed(int length)
    {
        var broker = TestBroker.Started(1, null, ("socket.request.max.bytes", "100000000"));
        var client = broker.Connect();
        var prefix = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, length);
        client.Connection.Send(prefix);
        broker.Settle();
        Assert.True(client.IsClosed);
        Assert.True(broker.Log.Has($"a frame of {length} bytes was announced; from 1 to 100000000 (socket.request.max.bytes) are allowed"));
    }

    [Fact]
    public void Clients_of_other_protocols_are_named()
    {
        var broker = TestBroker.Started();
        foreach (var (hello, name) in new[]
        {
            (Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), "HTTP"),
            (Encoding.ASCII.GetBytes("POST /topics HTTP/1.1\r\n\r\n"), "HTTP"),
            ([0x16, 0x03, 0x01, 0x00, 0xc8, 0x01, 0, 0], "TLS"),
            (Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.6\r\n"), "SSH"),
        })
        {
            var client = broker.Connect();
            client.Connection.Send(hello);
            broker.Settle();
            Assert.True(client.IsClosed);
            Assert.True(broker.Log.Has($"the client speaks {name}; this listener speaks the Kafka protocol without TLS"));
        }
    }

    [Fact]
    public void A_lying_length_costs_no_more_than_a_chunk()
    {
        var broker = TestBroker.Started();
        var client = broker.Connect();
        broker.Settle();
        var before = broker.Shards[0].Buffers.RentedBytes;
        var prefix = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, 100 * 1024 * 1024);
        client.Connection.Send(prefix);
        broker.Settle();
        Assert.InRange(broker.Shards[0].Buffers.RentedBytes - before, 1, 512 * 1024);
        client.Connection.Send(new byte[300 * 1024]);
        broker.Settle();
        Assert.InRange(broker.Shards[0].Buffers.RentedBytes - before, 300 * 1024, 4 * 1024 * 1024);
        client.Connection.Break();
        broker.Settle();
        Assert.Equal(before, broker.Shards[0].Buffers.RentedBytes);
    }

    [Fact]
    public void An_idle_connection_holds_no_buffer_and_is_closed_after_its_time()
    {
        var broker = TestBroker.Started(2, null, ("connections.max.idle.ms", "60000"));
        var clients = Enumerable.Range(0, 10).Select(_ => broker.Connect()).ToArray();
        foreach (var client in clients)
        {
            client.Ask<ApiVersionsRequest, ApiVersionsResponse>(0, default);
        }

        Assert.All(broker.Shards, shard => Assert.Equal(0, shard.Buffers.RentedBytes));
        broker.Advance(59_000);
        Assert.All(clients[1..], client => Assert.False(client.IsClosed));
        clients[0].Ask<ApiVersionsRequest, ApiVersionsResponse>(0, default);
        broker.Advance(32_000);
        Assert.False(clients[0].IsClosed);
        Assert.All(clients[1..], client => Assert.True(client.IsClosed));
        Assert.True(broker.Log.Has("connections.max.idle.ms"));
    }

    [Fact]
    public void A_request_that_arrives_byte_by_byte_is_answered()
    {
        var broker = TestBroker.Started();
        var client = broker.Connect();
        foreach (var b in TestClient.Frame<ApiVersionsRequest>(0, default, 7))
        {
            Assert.False(client.HasResponse);
            client.Connection.Send([b]);
            broker.Settle();
        }

        Assert.Equal(0, client.Take<ApiVersionsRequest, ApiVersionsResponse>(0, 7).ErrorCode);
    }

    [Fact]
    public void Large_requests_in_pieces_arrive_whole()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders", 1, ("max.message.bytes", "10000000"));
        var client = broker.Connect();
        var value = new string('v', 3_000_000);
        var frame = TestClient.Frame(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 0, ClientVerbs.Batch(value)), 1);
        for (var i = 0; i < frame.Length; i += 70_001)
        {
            client.Connection.Send(frame.AsSpan(i, Math.Min(70_001, frame.Length - i)));
            broker.Settle();
        }

        Assert.Equal(0, client.Take<ProduceRequest, ProduceResponse>(ClientVerbs.ProduceVersion, 1).Responses[0].PartitionResponses[0].ErrorCode);
        var fetch = ClientVerbs.Fetch("orders", (0, 0));
        var values = new List<string>();
        ClientVerbs.AddValues(client.Fetch(fetch).Responses[0].Partitions[0].Records, values);
        Assert.Equal([value], values);
        Assert.Equal(0, broker.Shards[0].Buffers.RentedBytes);
    }

    [Fact]
    public void A_malformed_body_closes_its_connection_after_earlier_answers_and_touches_no_other()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders");
        var other = broker.Connect();
        var client = broker.Connect();
        client.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 0, ClientVerbs.Batch("a")));
        var bad = TestClient.Frame(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 0, ClientVerbs.Batch("b")), 2);
        bad = bad[..^3];
        BinaryPrimitives.WriteInt32BigEndian(bad, bad.Length - 4);
        client.Connection.Send(bad);
        client.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 0, ClientVerbs.Batch("c")));
        broker.Settle();
        Assert.True(client.HasResponse);
        Assert.True(client.IsClosed);
        Assert.Equal(["a"], other.ReadAll("orders", 0));
    }

    [Fact]
    public void A_client_that_does_not_read_holds_bounded_memory_and_is_closed()
    {
        var broker = TestBroker.Started(2, null, ("connections.max.idle.ms", "60000"));
        broker.CreateTopic("orders");
        var producer = broker.Connect();
        for (var i = 0; i < 50; i++)
        {
            producer.Produce("orders", 0, new string('x', 100_000));
        }

        var slow = broker.Connect();
        slow.Connection.WindowBytes = 10_000;
        for (var i = 0; i < 2_000; i++)
        {
            slow.Send(ClientVerbs.FetchVersion, ClientVerbs.Fetch("orders", (0, 0)));
            slow.Send<MetadataRequest>(9, new MetadataRequest { Topics = Protocol.Wire.Seq<MetadataRequest.MetadataRequestTopic>.Null });
        }

        broker.Settle();
        Assert.False(slow.IsClosed);
        Assert.All(broker.Shards, shard => Assert.InRange(shard.Buffers.RentedBytes, 0, 3 * 1024 * 1024));
        Assert.Equal(["y"], Others(broker));
        broker.Advance(92_000);
        Assert.True(slow.IsClosed);
        Assert.All(broker.Shards, shard => Assert.Equal(0, shard.Buffers.RentedBytes));

        static List<string> Others(TestBroker broker)
        {
            broker.CreateTopic("other");
            broker.Connect().Produce("other", 0, "y");
            return broker.Connect().ReadAll("other", 0);
        }
    }

    [Fact]
    public void A_client_that_reads_late_gets_everything_in_order()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 2);
        var slow = broker.Connect();
        slow.Connection.WindowBytes = 100;
        var sent = new List<int>();
        for (var i = 0; i < 500; i++)
        {
            sent.Add(slow.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", i % 2, ClientVerbs.Batch("v" + i))));
        }

        var received = new List<byte>();
        for (var before = -1; received.Count > before;)
        {
            before = received.Count;
            broker.Settle();
            received.AddRange(slow.Connection.Take(slow.Connection.Received.Count));
        }

        var at = 0;
        foreach (var correlationId in sent)
        {
            var bytes = received.ToArray().AsSpan(at);
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
            Assert.Equal(correlationId, BinaryPrimitives.ReadInt32BigEndian(bytes[4..]));
            at += 4 + length;
        }

        Assert.Equal(received.Count, at);
    }

    [Fact]
    public void Connections_beyond_the_limits_are_refused()
    {
        var broker = TestBroker.Started(2, null, ("max.connections", "4"), ("max.connections.per.ip", "2"));
        var first = broker.Connect("10.0.0.1");
        var second = broker.Connect("10.0.0.1");
        var third = broker.Connect("10.0.0.1");
        broker.Settle();
        Assert.True(third.IsClosed);
        Assert.False(second.IsClosed);
        Assert.True(broker.Log.Has("max.connections.per.ip"));
        first.Close();
        var again = broker.Connect("10.0.0.1");
        broker.Connect("10.0.0.2");
        broker.Connect("10.0.0.3");
        var fifth = broker.Connect("10.0.0.4");
        broker.Settle();
        Assert.False(again.IsClosed);
        Assert.True(fifth.IsClosed);
        Assert.True(broker.Log.Has("(max.connections)"));
    }

    [Fact]
    public void A_client_that_stops_sending_still_gets_its_answers()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 2);
        var client = broker.Connect();
        client.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 0, ClientVerbs.Batch("a")));
        client.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 1, ClientVerbs.Batch("b")));
        client.Connection.EndSending();
        broker.Settle();
        client.TakeFrame();
        client.TakeFrame();
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void A_stop_answers_long_polls_and_closes_connections()
    {
        var broker = TestBroker.Started(3);
        broker.CreateTopic("orders", 3);
        var consumer = broker.Connect();
        var request = ClientVerbs.Fetch("orders", (0, 0), (1, 0), (2, 0));
        request.MaxWaitMs = 600_000;
        consumer.Send(ClientVerbs.FetchVersion, request);
        broker.Settle();
        var before = broker.Clock.GetTimestamp();
        Assert.True(broker.Stop());
        Assert.True(consumer.HasResponse);
        Assert.True(consumer.IsClosed);
        Assert.InRange(broker.Clock.GetTimestamp() - before, 0, 1000);
        Assert.All(broker.Shards, shard => Assert.Equal(0, shard.Buffers.RentedBytes));
    }

    [Fact]
    public void A_client_that_leaves_takes_its_long_poll_with_it()
    {
        var broker = TestBroker.Started(3);
        broker.CreateTopic("orders", 3);
        var consumer = broker.Connect();
        var request = ClientVerbs.Fetch("orders", (0, 0), (1, 0), (2, 0));
        request.MaxWaitMs = int.MaxValue;
        consumer.Send(ClientVerbs.FetchVersion, request);
        broker.Settle();
        consumer.Connection.Break();
        broker.Settle();
        Assert.All(broker.Shards, shard => Assert.Equal(0, shard.Buffers.RentedBytes));
        Assert.All(broker.Node.Shards, shard => Assert.Equal(0, shard.Connections.Count));
    }
}
