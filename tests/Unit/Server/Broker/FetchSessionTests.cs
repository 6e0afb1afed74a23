using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Tests.Broker;

/// <summary>Incremental fetch sessions (KIP-227) and what read_committed shows.</summary>
public sealed class FetchSessionTests
{
    private const short IdVersion = 17;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_session_names_only_what_changed(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 4);
        var client = broker.Connect();
        var opening = ClientVerbs.Fetch("orders", (0, 0), (1, 0), (2, 0), (3, 0));
        opening.SessionEpoch = 0;
        var opened = client.Fetch(opening);
        Assert.NotEqual(0, opened.SessionId);
        Assert.Equal(4, opened.Responses[0].Partitions.Count);

        Assert.Equal(0, client.Fetch(Next(opened.SessionId, 1)).Responses.Count);
        client.Produce("orders", 2, "x");
        var news = client.Fetch(Next(opened.SessionId, 2));
        Assert.Equal(2, Assert.Single(news.Responses[0].Partitions.ToArray()).PartitionIndex);

        var moved = Next(opened.SessionId, 3);
        moved.Topics = ClientVerbs.Fetch("orders", (2, 1)).Topics;
        Assert.Equal(0, client.Fetch(moved).Responses.Count);

        var forgetting = Next(opened.SessionId, 4);
        forgetting.ForgottenTopicsData.Add(new FetchRequest.ForgottenTopic { Topic = "orders", Partitions = Seq<int>.Of(2) });
        client.Fetch(forgetting);
        client.Produce("orders", 2, "y");
        Assert.Equal(0, client.Fetch(Next(opened.SessionId, 5)).Responses.Count);
        Assert.Equal((short)ErrorCode.InvalidFetchSessionEpoch, client.Fetch(Next(opened.SessionId, 5)).ErrorCode);
        Assert.Equal((short)ErrorCode.FetchSessionIdNotFound, client.Fetch(Next(opened.SessionId + 1, 6)).ErrorCode);
    }

    [Fact]
    public void A_session_waits_for_news()
    {
        var broker = TestBroker.Started(3);
        broker.CreateTopic("orders", 4);
        var client = broker.Connect();
        var opening = ClientVerbs.Fetch("orders", (0, 0), (1, 0), (2, 0), (3, 0));
        opening.SessionEpoch = 0;
        var session = client.Fetch(opening).SessionId;
        var waiting = Next(session, 1);
        waiting.MaxWaitMs = 500;
        var correlationId = client.Send(ClientVerbs.FetchVersion, waiting);
        broker.Advance(50);
        Assert.False(client.HasResponse);
        broker.Connect().Produce("orders", 3, "x");
        Assert.Equal(3, client.Take<FetchRequest, FetchResponse>(ClientVerbs.FetchVersion, correlationId).Responses[0].Partitions[0].PartitionIndex);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_fetch_that_is_refused_leaves_nothing_for_the_next_one(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 1);
        var client = broker.Connect();
        client.Produce("orders", 0, "x");
        var refused = ClientVerbs.Fetch("orders", (0, 0));
        refused.IsolationLevel = 2;
        Assert.NotEqual(0, client.Fetch(refused).ErrorCode + client.Fetch(refused).Responses[0].Partitions[0].ErrorCode);
        var next = ClientVerbs.Fetch("orders", (0, 0));
        next.MaxBytes = 0;
        Assert.True(client.Fetch(next).Responses[0].Partitions[0].Records.SizeBytes > 0);
    }

    [Fact]
    public void Topics_by_id_survive_nothing_of_another_id()
    {
        var broker = TestBroker.Started(2);
        var id = broker.CreateTopic("orders", 2);
        var client = broker.Connect();
        var opening = new FetchRequest { MinBytes = 1, SessionEpoch = 0, RackId = Text.Empty };
        var topic = new FetchRequest.FetchTopic { TopicId = id };
        topic.Partitions.Add(new FetchRequest.FetchPartition { Partition = 0, PartitionMaxBytes = 1000 });
        opening.Topics.Add(topic);
        var session = client.Ask<FetchRequest, FetchResponse>(IdVersion, opening).SessionId;
        Assert.Equal(
            (short)ErrorCode.FetchSessionTopicIdError,
            client.Fetch(Next(session, 1)).ErrorCode);

        var delete = new DeleteTopicsRequest { TimeoutMs = 1000 };
        delete.Topics.Add(new DeleteTopicsRequest.DeleteTopicState { Name = "orders" });
        client.Ask<DeleteTopicsRequest, DeleteTopicsResponse>(6, delete);
        broker.CreateTopic("orders", 2);
        var answer = client.Ask<FetchRequest, FetchResponse>(IdVersion, Next(session, 1));
        Assert.Equal((short)ErrorCode.UnknownTopicId, answer.Responses[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public void A_full_cache_gives_way_only_to_those_who_need_it_more()
    {
        var broker = TestBroker.Started(1, null, ("max.incremental.fetch.session.cache.slots", "2"));
        broker.CreateTopic("orders", 4);
        var client = broker.Connect();
        var first = Open(client, 2);
        var second = Open(client, 2);
        Assert.NotEqual(0, first);
        Assert.NotEqual(0, second);
        Assert.Equal(0, Open(client, 3));
        broker.Advance(FetchSessionCache.EvictionMsMin + 1);
        client.Fetch(Next(second, 1));
        Assert.NotEqual(0, Open(client, 1));
        Assert.Equal((short)ErrorCode.FetchSessionIdNotFound, client.Fetch(Next(first, 1)).ErrorCode);
        Assert.Equal(0, client.Fetch(Next(second, 2)).ErrorCode);

        static int Open(TestClient client, int partitions)
        {
            var request = ClientVerbs.Fetch("orders", [.. Enumerable.Range(0, partitions).Select(p => (p, 0L))]);
            request.SessionEpoch = 0;
            return client.Fetch(request).SessionId;
        }
    }

    [Fact]
    public void Read_committed_stops_at_the_last_stable_offset_and_names_what_was_aborted()
    {
        var broker = TestBroker.Started(2);
        var id = broker.CreateTopic("orders", 1);
        var client = broker.Connect();
        client.Produce("orders", 0, "plain");
        Append(broker, id, Transactional(77, "in doubt"));
        client.Produce("orders", 0, "behind");

        Assert.Equal(3, Read(client, 0).Count);
        Assert.Equal(["plain"], Read(client, 1));
        Assert.Equal(3, Latest(client, 0));
        Assert.Equal(1, Latest(client, 1));

        var waiting = ClientVerbs.Fetch("orders", (0, 1));
        waiting.IsolationLevel = 1;
        waiting.MaxWaitMs = 1000;
        var correlationId = client.Send(ClientVerbs.FetchVersion, waiting);
        broker.Advance(100);
        Assert.False(client.HasResponse);
        Append(broker, id, AbortMarker(77));
        var answer = client.Take<FetchRequest, FetchResponse>(ClientVerbs.FetchVersion, correlationId).Responses[0].Partitions[0];
        Assert.Equal(4, answer.LastStableOffset);
        Assert.Equal((77L, 1L), Assert.Single(answer.AbortedTransactions.ToArray().Select(t => (t.ProducerId, t.FirstOffset))));

        static List<string> Read(TestClient client, sbyte isolation)
        {
            var request = ClientVerbs.Fetch("orders", (0, 0));
            request.IsolationLevel = isolation;
            var values = new List<string>();
            ClientVerbs.AddValues(client.Fetch(request).Responses[0].Partitions[0].Records, values);
            return values;
        }
    }

    private static long Latest(TestClient client, sbyte isolation)
    {
        var request = new ListOffsetsRequest { ReplicaId = -1, IsolationLevel = isolation };
        var topic = new ListOffsetsRequest.ListOffsetsTopic { Name = "orders" };
        topic.Partitions.Add(new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = 0, Timestamp = -1 });
        request.Topics.Add(topic);
        return client.Ask<ListOffsetsRequest, ListOffsetsResponse>(8, request).Topics[0].Partitions[0].Offset;
    }

    private static FetchRequest Next(int sessionId, int epoch) =>
        new() { MinBytes = 1, SessionId = sessionId, SessionEpoch = epoch, RackId = Text.Empty };

    private static byte[] Transactional(long producerId, string value)
    {
        var builder = new RecordBatchBuilder();
        builder.Begin(new BatchOptions { ProducerId = producerId, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = true });
        builder.Append(1_795_420_000_000, Blob.Null, new Blob(System.Text.Encoding.UTF8.GetBytes(value)));
        return builder.BuildArray();
    }

    private static byte[] AbortMarker(long producerId)
    {
        var builder = new RecordBatchBuilder();
        builder.Begin(new BatchOptions { ProducerId = producerId, ProducerEpoch = 0, IsTransactional = true, IsControl = true });
        builder.Append(1_795_420_000_000, ControlRecords.KeyOf(ControlRecordType.Abort), ControlRecords.MarkerOf(0));
        return builder.BuildArray();
    }

    private static void Append(TestBroker broker, Uuid topicId, byte[] batch)
    {
        foreach (var shard in broker.Node.Shards)
        {
            shard.Shard.Post(() => shard.FindPartition(new TopicIdPartition(topicId, 0))?.AppendOwn(batch));
        }

        broker.Settle();
    }
}
