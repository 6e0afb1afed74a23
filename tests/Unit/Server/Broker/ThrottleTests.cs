using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Quotas;

namespace Deterministic.Server.Tests.Broker;

/// <summary>What a client over a quota meets: its answer at once, with how long it must wait, and a connection that is not read meanwhile.</summary>
public sealed class ThrottleTests
{
    private static readonly string s_value = new('x', 10_000);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_producer_is_answered_at_once_and_not_read_until_it_has_waited(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 4);
        var client = broker.Connect();
        client.SetQuota("producer_byte_rate", 500);
        var first = Produce(client);
        Assert.InRange(first.ThrottleTimeMs, 10_000, 10_500);
        Assert.Equal(0, first.Responses[0].PartitionResponses[0].ErrorCode);
        var next = client.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 1, ClientVerbs.Batch("y")));
        broker.Advance(first.ThrottleTimeMs - 1);
        Assert.False(client.HasResponse);
        broker.Advance(2);
        Assert.Equal(0, client.Take<ProduceRequest, ProduceResponse>(ClientVerbs.ProduceVersion, next).Responses[0].PartitionResponses[0].ErrorCode);
    }

    [Fact]
    public void Connections_of_one_client_share_its_quota_whatever_their_shards()
    {
        var broker = TestBroker.Started(3);
        broker.CreateTopic("orders", 4);
        var clients = Enumerable.Range(0, 6).Select(_ => broker.Connect()).ToArray();
        clients[0].SetQuota("producer_byte_rate", 5_000);
        var waits = clients.Select(client => Produce(client).ThrottleTimeMs).ToArray();
        Assert.Equal([0, 0, 0, 0], waits.Take(4));
        Assert.True(waits[4] > 0 && waits[5] > waits[4], string.Join(' ', waits));
    }

    [Fact]
    public void A_produce_request_without_an_answer_mutes_too()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        var client = broker.Connect();
        client.SetQuota("producer_byte_rate", 500);
        client.Send(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 0, ClientVerbs.Batch(s_value), acks: 0));
        var next = client.Send(0, new ApiVersionsRequest());
        broker.Advance(10_000);
        Assert.False(client.HasResponse);
        broker.Advance(500);
        client.Take<ApiVersionsRequest, ApiVersionsResponse>(0, next);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_fetch_above_its_quota_is_answered_with_nothing_and_goes_on_where_it_was(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 2);
        var client = broker.Connect();
        for (var i = 0; i < 10; i++)
        {
            client.Produce("orders", i % 2, s_value);
        }

        client.SetQuota("consumer_byte_rate", 2_500);
        var opening = ClientVerbs.Fetch("orders", (0, 0), (1, 0));
        opening.SessionEpoch = 0;
        opening.MaxBytes = int.MaxValue;
        var bytes = 0L;
        for (var time = 0L; time < 60_000;)
        {
            var answer = client.Fetch(opening);
            Assert.Equal(0, answer.ErrorCode);
            bytes += answer.Responses.ToArray().Sum(topic => topic.Partitions.ToArray().Sum(data => data.Records.SizeBytes));
            Assert.True(answer.ThrottleTimeMs == 0 || answer.Responses.Count == 0);
            Assert.True(answer.ThrottleTimeMs == 0 || answer.SessionId == 0);
            Assert.True(bytes <= 2_500 * ((time / 1000) + 11), $"{bytes} bytes in {time} ms");
            broker.Advance(answer.ThrottleTimeMs + 1);
            time += answer.ThrottleTimeMs + 1;
        }

        Assert.True(bytes > 100_000, $"{bytes} bytes");
    }

    [Fact]
    public void A_session_goes_on_after_an_answer_with_nothing()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders");
        var client = broker.Connect();
        client.Produce("orders", 0, s_value);
        var request = ClientVerbs.Fetch("orders", (0, 0));
        request.SessionEpoch = 0;
        request.MaxBytes = int.MaxValue;
        var opened = client.Fetch(request);
        client.Produce("orders", 0, s_value);
        client.SetQuota("consumer_byte_rate", 1_200);
        client.Fetch(ClientVerbs.Fetch("orders", (0, 0)) with { MaxBytes = int.MaxValue });
        var again = new FetchRequest { MaxBytes = int.MaxValue, SessionId = opened.SessionId, SessionEpoch = 1, RackId = "" };
        var refused = client.Fetch(again);
        Assert.Equal((opened.SessionId, 0), (refused.SessionId, refused.Responses.Count));
        Assert.True(refused.ThrottleTimeMs > 0);
        broker.Advance(20_000);
        again.SessionEpoch = 2;
        Assert.Equal(1, client.Fetch(again).Responses.Count);
    }

    [Fact]
    public void A_batch_larger_than_all_windows_passes_and_is_paid_for()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        var client = broker.Connect();
        client.Produce("orders", 0, s_value);
        client.SetQuota("consumer_byte_rate", 100);
        var answer = client.Fetch(ClientVerbs.Fetch("orders", (0, 0)) with { MaxBytes = int.MaxValue });
        Assert.Equal(1, answer.Responses.Count);
        Assert.InRange(answer.ThrottleTimeMs, 90_000, 100_000);
    }

    [Fact]
    public void A_quota_that_changes_acts_at_once_and_one_that_goes_frees_its_client()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 2);
        var admin = broker.Connect();
        var client = broker.Connect();
        admin.SetQuota("producer_byte_rate", 1_000_000);
        Assert.Equal(0, Produce(client).ThrottleTimeMs);
        admin.SetQuota("producer_byte_rate", 500);
        var throttled = Produce(client).ThrottleTimeMs;
        Assert.True(throttled > 20_000, $"{throttled} ms");
        admin.SetQuota("producer_byte_rate", null);
        broker.Advance(throttled);
        Assert.Equal(0, Produce(client).ThrottleTimeMs);
    }

    [Fact]
    public void Clients_without_a_quota_are_not_throttled_beside_one_that_is()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders", 2);
        var client = broker.Connect();
        client.AlterQuotas(false, QuotaVerbs.Entry([("client-id", "other")], ("producer_byte_rate", 1)));
        Assert.Equal(0, Produce(client).ThrottleTimeMs);
        Assert.All(broker.Node.Shards, shard => Assert.Equal(0, shard.Quotas.Sensors.Count));
    }

    [Fact]
    public void Who_creates_too_much_is_refused_or_made_to_wait_by_what_its_version_knows()
    {
        var broker = TestBroker.Started(2);
        var client = broker.Connect();
        client.SetQuota("controller_mutation_rate", 2);
        Assert.Equal((0, 0), Create(client, "a", 30, 7));
        var (error, wait) = Create(client, "b", 1, 7);
        Assert.Equal(((int)ErrorCode.ThrottlingQuotaExceeded, 4000), (error, wait));
        broker.Advance(wait);
        (error, wait) = Create(client, "c", 3, 5);
        Assert.Equal((0, 1500), (error, wait));
        broker.Advance(wait);
        Assert.Equal((36, 0), Create(client, "c", 3, 7));
    }

    [Fact]
    public void An_address_that_connects_too_often_is_left_alone_and_closed()
    {
        var broker = TestBroker.Started();
        broker.Connect("10.0.0.9").AlterQuotas(false, QuotaVerbs.Entry([("ip", "10.0.0.1")], ("connection_creation_rate", 1)));
        var clients = Enumerable.Range(0, 11).Select(_ => broker.Connect("10.0.0.1")).ToArray();
        broker.Settle();
        Assert.All(clients.Take(10), client => client.Ask<ApiVersionsRequest, ApiVersionsResponse>(0, new ApiVersionsRequest()));
        clients[10].Send(0, new ApiVersionsRequest());
        broker.Settle();
        Assert.False(clients[10].HasResponse || clients[10].IsClosed);
        broker.Advance(1_000);
        Assert.True(clients[10].IsClosed);
        broker.Connect("10.0.0.2").Ask<ApiVersionsRequest, ApiVersionsResponse>(0, new ApiVersionsRequest());
    }

    [Fact]
    public void Sensors_that_nobody_uses_are_forgotten()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        var client = broker.Connect();
        client.SetQuota("producer_byte_rate", 1_000_000);
        Produce(client);
        Assert.Equal(1, broker.Node.Shards[0].Quotas.Sensors.Count);
        broker.Advance(QuotaSensors.InactiveMsMax + QuotaSensors.SweepMs);
        Assert.Equal(0, broker.Node.Shards[0].Quotas.Sensors.Count);
    }

    private static ProduceResponse Produce(TestClient client) =>
        client.Ask<ProduceRequest, ProduceResponse>(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 0, ClientVerbs.Batch(s_value)));

    private static (int Error, int ThrottleTimeMs) Create(TestClient client, string name, int partitions, short version)
    {
        var request = new CreateTopicsRequest { TimeoutMs = 1000 };
        request.Topics.Add(new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = partitions, ReplicationFactor = 1 });
        var response = client.Ask<CreateTopicsRequest, CreateTopicsResponse>(version, request);
        return (response.Topics[0].ErrorCode, response.ThrottleTimeMs);
    }
}
