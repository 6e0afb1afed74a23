using Deterministic.Protocol.Apis;
using Deterministic.Server.Metrics;
using Deterministic.Server.Tests.Broker;

namespace Deterministic.Server.Tests.Metrics;

/// <summary>What a broker tells of itself.</summary>
public sealed class NodeMonitorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Records_and_bytes_are_counted_by_topic_and_together(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 3);
        broker.CreateTopic("bills");
        var client = broker.Connect();
        client.Produce("orders", 0, "a", "b", "c");
        client.Produce("orders", 2, "d");
        client.Produce("bills", 0, "e");
        var set = Collect(broker);
        Assert.Equal(4, Value(set, "kafka_server_brokertopicmetrics_messagesin_total", "topic=\"orders\""));
        Assert.Equal(5, Value(set, "kafka_server_brokertopicmetrics_messagesin_total"));
        var size = set.Find("kafka_log_log_size")!.Samples.Where(sample => sample.Key.Contains("orders", StringComparison.Ordinal)).Sum(sample => sample.Value);
        Assert.Equal(size, Value(set, "kafka_server_brokertopicmetrics_bytesin_total", "topic=\"orders\""));
        Assert.Equal(3, Value(set, "kafka_network_requestmetrics_totaltimems_count", "request=\"Produce\""));
        Assert.Equal(4, Value(set, "kafka_server_replicamanager_partitioncount"));
        Assert.Equal(3, Value(set, "kafka_log_log_logendoffset", "topic=\"orders\",partition=\"0\""));
    }

    [Fact]
    public void Errors_are_counted_by_their_names_wherever_an_answer_holds_them()
    {
        var broker = TestBroker.Started();
        var client = broker.Connect();
        client.Ask<ProduceRequest, ProduceResponse>(ClientVerbs.ProduceVersion, ClientVerbs.Produce("nowhere", 0, ClientVerbs.Batch(-1, -1, -1, "a")));
        var set = Collect(broker);
        Assert.Equal(1, Value(set, "kafka_network_requestmetrics_errors_total", "request=\"Produce\",error=\"UNKNOWN_TOPIC_OR_PARTITION\""));
    }

    [Fact]
    public void A_batch_that_is_sent_again_is_not_counted_again()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        var client = broker.Connect();
        for (var i = 0; i < 2; i++)
        {
            var request = ClientVerbs.Produce("orders", 0, ClientVerbs.Batch(7, 0, 0, "a", "b"));
            Assert.Equal(0, client.Ask<ProduceRequest, ProduceResponse>(ClientVerbs.ProduceVersion, request).Responses[0].PartitionResponses[0].ErrorCode);
        }

        Assert.Equal(2, Value(Collect(broker), "kafka_server_brokertopicmetrics_messagesin_total", "topic=\"orders\""));
    }

    [Fact]
    public void Connections_are_counted_as_they_come_and_go()
    {
        var broker = TestBroker.Started();
        var first = broker.Connect();
        broker.Connect().Ask<ApiVersionsRequest, ApiVersionsResponse>(0, new ApiVersionsRequest());
        first.Ask<ApiVersionsRequest, ApiVersionsResponse>(0, new ApiVersionsRequest());
        Assert.Equal(2, Sum(Collect(broker), "kafka_server_socket_server_metrics_connection_count"));
        first.Close();
        broker.Settle();
        var set = Collect(broker);
        Assert.Equal(1, Sum(set, "kafka_server_socket_server_metrics_connection_count"));
        Assert.Equal(2, Sum(set, "kafka_server_socket_server_metrics_connection_creation_total"));
    }

    [Fact]
    public void A_topic_that_is_deleted_is_forgotten_and_the_sum_of_all_stays()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        broker.Connect().Produce("orders", 0, "a");
        var request = new DeleteTopicsRequest { TimeoutMs = 1000 };
        request.Topics.Add(new DeleteTopicsRequest.DeleteTopicState { Name = "orders" });
        broker.Connect().Ask<DeleteTopicsRequest, DeleteTopicsResponse>(6, request);
        var set = Collect(broker);
        Assert.DoesNotContain(set.Find("kafka_server_brokertopicmetrics_messagesin_total")!.Samples.Keys, labels => labels.Contains("orders", StringComparison.Ordinal));
        Assert.Equal(1, Value(set, "kafka_server_brokertopicmetrics_messagesin_total"));
    }

    [Fact]
    public void A_broker_is_ready_once_it_runs_and_says_why_it_is_not()
    {
        var broker = new TestBroker(2);
        Assert.Equal("the broker is not running", broker.OnHome(broker.Node.Monitor.CheckReadyAsync));
        broker.Start();
        Assert.Null(broker.OnHome(broker.Node.Monitor.CheckReadyAsync));
        broker.Stop();
        Assert.Equal("the broker is not running", broker.OnHome(broker.Node.Monitor.CheckReadyAsync));
    }

    [Fact]
    public async Task A_shard_that_does_not_turn_is_named()
    {
        var broker = TestBroker.Started(3);
        var asker = broker.Shards[0];
        Task<string?>? alive = null;
        asker.Post(() => alive = broker.Node.Monitor.CheckAliveAsync(asker));
        asker.Run(1);
        broker.Shards[1].Run(10);
        asker.Run(10);
        Assert.False(alive!.IsCompleted);
        broker.Clock.Advance(NodeMonitor.AnswerMsMax);
        asker.Run(10);
        Assert.Equal($"no answer within {NodeMonitor.AnswerMsMax} ms from shard 2", await alive);
    }

    [Fact]
    public async Task Every_shard_that_turns_makes_a_live_broker()
    {
        var broker = TestBroker.Started(3);
        Task<string?>? alive = null;
        broker.Shards[0].Post(() => alive = broker.Node.Monitor.CheckAliveAsync(broker.Shards[0]));
        broker.Settle();
        Assert.Null(await alive!);
    }

    private static MetricSet Collect(TestBroker broker) => broker.OnHome(broker.Node.Monitor.CollectAsync);

    private static double Value(MetricSet set, string name, string labels = "") =>
        set.Find(name)?.Samples.TryGetValue(labels, out var value) == true ? value : throw new KeyNotFoundException($"{name}{{{labels}}}");

    private static double Sum(MetricSet set, string name) => set.Find(name)!.Samples.Values.Sum();
}
