using System.Buffers.Binary;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;
using Deterministic.Server.Metrics;
using Deterministic.Server.Tests.Broker;

namespace Deterministic.Server.Tests.Telemetry;

/// <summary>Client telemetry (KIP-714), asked and answered.</summary>
public sealed class ClientTelemetryTests
{
    private const int DefaultIntervalMs = 300_000;

    [Fact]
    public void Without_a_subscription_a_client_gets_kafkas_answer_and_an_id()
    {
        // Bytes of Apache Kafka 4.3.1: client instance GbYpQNxCRjq6Wg_A3vWBmg, no subscription.
        Assert.True(Uuid.TryParse("GbYpQNxCRjq6Wg_A3vWBmg", out var id));
        var answer = Ask(TestBroker.Started().Connect(), id);
        Assert.Equal(
            ((short)0, id, 1973205758, DefaultIntervalMs, 1048576, true, 0),
            (answer.ErrorCode, answer.ClientInstanceId, answer.SubscriptionId, answer.PushIntervalMs, answer.TelemetryMaxBytes, answer.DeltaTemporality, answer.RequestedMetrics.Count));
        Assert.Equal([4, 3, 1, 2], answer.AcceptedCompressionTypes.ToArray());
        Assert.False(Ask(TestBroker.Started().Connect(), default).ClientInstanceId.IsZero);
    }

    [Fact]
    public void A_subscription_asks_those_it_matches_at_its_interval()
    {
        var broker = TestBroker.Started(2);
        Subscribe(broker, "all", ("interval.ms", "5000"), ("metrics", "org.apache.kafka.producer."), ("match", "client_id=te.*"));
        Subscribe(broker, "others", ("interval.ms", "100"), ("metrics", "*"), ("match", "client_id=nobody"));
        var answer = Ask(broker.Connect(), default);
        Assert.Equal(5000, answer.PushIntervalMs);
        Assert.Equal("org.apache.kafka.producer.", Assert.Single(answer.RequestedMetrics.ToArray()).ToString());
    }

    [Fact]
    public void What_is_pushed_is_exported_until_the_client_is_gone()
    {
        var broker = TestBroker.Started(3);
        var client = broker.Connect();
        var asked = Ask(client, default);
        Assert.Equal(ErrorCode.None, Push(client, asked, Metric("org.apache.kafka.producer.record.send.total", 5, isDelta: true)));
        broker.Advance(DefaultIntervalMs);
        Assert.Equal(ErrorCode.None, Push(client, asked, Metric("org.apache.kafka.producer.record.send.total", 2, isDelta: true)));
        var family = Collect(broker).Find("org_apache_kafka_producer_record_send_total")!;
        var (labels, value) = Assert.Single(family.Samples);
        Assert.Equal((MetricKind.Counter, 7.0), (family.Kind, value));
        Assert.Equal($"client_id=\"test\",client_instance_id=\"{asked.ClientInstanceId}\",client_software_name=\"unknown\",client_software_version=\"unknown\",topic=\"orders\"", labels);
        broker.Advance((3 * DefaultIntervalMs) + 1);
        Assert.Null(Collect(broker).Find("org_apache_kafka_producer_record_send_total"));
    }

    [Fact]
    public void Whoever_comes_too_early_is_told_so()
    {
        var broker = TestBroker.Started();
        var client = broker.Connect();
        var asked = Ask(client, default);
        Assert.Equal((short)ErrorCode.ThrottlingQuotaExceeded, Ask(client, asked.ClientInstanceId).ErrorCode);
        Assert.Equal(ErrorCode.None, Push(client, asked, []));
        Assert.Equal(ErrorCode.ThrottlingQuotaExceeded, Push(client, asked, []));
        broker.Advance(DefaultIntervalMs - 1);
        Assert.Equal(ErrorCode.ThrottlingQuotaExceeded, Push(client, asked, []));
        broker.Advance(1);
        Assert.Equal(ErrorCode.None, Push(client, asked, []));
    }

    [Fact]
    public void A_push_for_another_subscription_is_refused_and_the_client_may_ask_again_at_once()
    {
        var client = TestBroker.Started().Connect();
        var asked = Ask(client, default);
        Assert.Equal(ErrorCode.UnknownSubscriptionId, Push(client, asked with { SubscriptionId = asked.SubscriptionId + 1 }, []));
        Assert.Equal((short)0, Ask(client, asked.ClientInstanceId).ErrorCode);
        Assert.Equal(ErrorCode.None, Push(client, asked, []));
    }

    [Fact]
    public void The_last_push_may_come_early_and_nothing_may_follow()
    {
        var client = TestBroker.Started().Connect();
        var asked = Ask(client, default);
        Assert.Equal(ErrorCode.None, Push(client, asked, []));
        Assert.Equal(ErrorCode.None, Push(client, asked, [], isLast: true));
        Assert.Equal(ErrorCode.InvalidRequest, Push(client, asked, []));
    }

    [Theory]
    [InlineData(new byte[] { 0x0A, 0x7F, 1 }, 0, ErrorCode.InvalidRecord)]
    [InlineData(new byte[] { 1, 2, 3 }, 4, ErrorCode.InvalidRecord)]
    [InlineData(new byte[] { 0x0A, 0 }, 5, ErrorCode.UnsupportedCompressionType)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, 0, ErrorCode.InvalidRecord)]
    public void Bytes_that_cannot_be_read_are_refused(byte[] bytes, sbyte codec, ErrorCode expected)
    {
        var client = TestBroker.Started().Connect();
        Assert.Equal(expected, Push(client, Ask(client, default), bytes, codec: codec));
    }

    [Fact]
    public void More_bytes_than_telemetry_max_bytes_are_refused()
    {
        var client = TestBroker.Started(1, null, ("telemetry.max.bytes", "10")).Connect();
        Assert.Equal(ErrorCode.TelemetryTooLarge, Push(client, Ask(client, default), new byte[11]));
    }

    [Fact]
    public void A_client_without_an_id_cannot_push()
    {
        var client = TestBroker.Started().Connect();
        Assert.Equal(ErrorCode.InvalidRequest, Push(client, new GetTelemetrySubscriptionsResponse(), []));
    }

    [Fact]
    public void A_client_cannot_write_into_the_brokers_own_metrics()
    {
        var broker = TestBroker.Started();
        var client = broker.Connect();
        Assert.Equal(ErrorCode.None, Push(client, Ask(client, default), Metric("kafka.server.brokertopicmetrics.messagesin.total", 5, isDelta: false)));
        var set = Collect(broker);
        Assert.Equal("", Assert.Single(set.Find("kafka_server_brokertopicmetrics_messagesin_total")!.Samples).Key);
        Assert.NotNull(set.Find("client_kafka_server_brokertopicmetrics_messagesin_total"));
    }

    private static GetTelemetrySubscriptionsResponse Ask(TestClient client, Uuid id) =>
        client.Ask<GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse>(0, new GetTelemetrySubscriptionsRequest { ClientInstanceId = id });

    private static ErrorCode Push(TestClient client, GetTelemetrySubscriptionsResponse asked, byte[] metrics, bool isLast = false, sbyte codec = 0) =>
        (ErrorCode)client.Ask<PushTelemetryRequest, PushTelemetryResponse>(0, new PushTelemetryRequest
        {
            ClientInstanceId = asked.ClientInstanceId, SubscriptionId = asked.SubscriptionId, Terminating = isLast, CompressionType = codec, Metrics = new Blob(metrics),
        }).ErrorCode;

    private static void Subscribe(TestBroker broker, string name, params (string Key, string Value)[] configs)
    {
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = ConfigResource.ClientMetrics, ResourceName = name };
        foreach (var (key, value) in configs)
        {
            resource.Configs.Add(new IncrementalAlterConfigsRequest.AlterableConfig { Name = key, Value = value });
        }

        var request = new IncrementalAlterConfigsRequest();
        request.Resources.Add(resource);
        var answer = broker.Connect().Ask<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(1, request);
        Assert.Equal((short)0, answer.Responses[0].ErrorCode);
    }

    /// <summary>A sum of one point with label topic=orders, as opentelemetry-proto writes it.</summary>
    private static byte[] Metric(string name, double value, bool isDelta)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        var attribute = Nested(7, [.. Nested(1, "topic"u8.ToArray()), .. Nested(2, Nested(1, "orders"u8.ToArray()))]);
        var sum = Nested(7, [.. Nested(1, [0x21, .. bytes, .. attribute]), 0x10, (byte)(isDelta ? 1 : 2), 0x18, 1]);
        return Nested(1, Nested(2, Nested(2, [.. Nested(1, System.Text.Encoding.UTF8.GetBytes(name)), .. sum])));
    }

    private static byte[] Nested(int field, byte[] content) => content.Length < 0x80
        ? [(byte)((field << 3) | 2), (byte)content.Length, .. content]
        : [(byte)((field << 3) | 2), (byte)(content.Length | 0x80), (byte)(content.Length >> 7), .. content];

    private static MetricSet Collect(TestBroker broker) => broker.OnHome(broker.Node.Monitor.CollectAsync);
}
