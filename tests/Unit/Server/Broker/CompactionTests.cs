using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Broker;

/// <summary>The offsets topic stays small whatever is committed, and a crash in the middle of cleaning it loses no commit.</summary>
public sealed class CompactionTests
{
    private const int SegmentBytes = 1024 * 1024;
    private const string OffsetsTopic = "__consumer_offsets";

    private static readonly string s_metadata = new('m', 50_000);

    private static readonly (string, string)[] s_properties =
    [
        ("offsets.topic.segment.bytes", "1048576"),
        ("offset.metadata.max.bytes", "100000"),
        ("offsets.topic.num.partitions", "1"),
        ("offsets.topic.replication.factor", "1"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_offsets_topic_stays_small_under_constant_commits(int shards)
    {
        var broker = TestBroker.Started(shards, null, s_properties);
        broker.CreateTopic("orders");
        var client = broker.Connect();
        long largest = 0;
        long appended = 0;
        for (var round = 0; round < 20; round++)
        {
            var end = LogOf(broker)?.LogEndOffset ?? 0;
            for (var i = 0; i < 50; i++)
            {
                Assert.Equal(0, Commit(client, $"group-{i % 5}", (round * 50) + i));
            }

            appended += LogOf(broker)!.LogEndOffset - end;
            broker.Advance(16_000);
            largest = Math.Max(largest, LogOf(broker)!.SizeBytes);
        }

        Assert.Equal(1000, appended);
        Assert.InRange(largest, 1, 4 * SegmentBytes);
        broker.Advance(61_000);
        Assert.True(broker.Disk.FileExists("/data/cleaner-offset-checkpoint"));
        var cleanedUpTo = LogOf(broker)!.CleanedUpTo;
        Assert.True(cleanedUpTo > 800);
        broker.CrashAndRestart();
        Assert.Equal(cleanedUpTo, LogOf(broker)!.CleanedUpTo);
        client = broker.Connect();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(995 + i, Committed(client, $"group-{i}"));
        }
    }

    [Fact]
    public void A_power_loss_while_the_offsets_topic_is_cleaned_loses_no_commit()
    {
        var crashes = 0;
        for (var seed = 1; seed <= 30; seed++)
        {
            var random = new SeededRandom((ulong)seed);
            var broker = TestBroker.Started(2, null, s_properties);
            broker.CreateTopic("orders");
            var acknowledged = new Dictionary<string, long>();
            var attempted = new Dictionary<string, long>();
            try
            {
                CommitRounds(broker, 3, acknowledged, attempted);
                broker.Disk.PowerLossAtStep = broker.Disk.Steps + 1 + random.Next(300);
                CommitRounds(broker, 6, acknowledged, attempted);
            }
            catch (Exception) when (broker.Disk.Steps >= broker.Disk.PowerLossAtStep && broker.Disk.PowerLossAtStep > 0)
            {
                crashes++;
            }

            broker.Disk.PowerLossAtStep = 0;
            broker.CrashAndRestart(random);
            var client = broker.Connect();
            foreach (var (group, offset) in acknowledged)
            {
                Assert.InRange(Committed(client, group), offset, attempted[group]);
            }
        }

        Assert.True(crashes > 15, $"only {crashes} crashes came in time");
    }

    /// <summary>Each pass reads the log twice; on two shards one log has half of what all may read and write.</summary>
    [Theory]
    [InlineData(1, 200_000)]
    [InlineData(2, 400_000)]
    public void The_cleaner_reads_and_writes_no_faster_than_it_may(int shards, int bytesPerSecond)
    {
        const int Seconds = 10;
        var broker = TestBroker.Started(shards, null, ("log.cleaner.backoff.ms", "100"), ("log.cleaner.io.max.bytes.per.second", "1"));
        broker.CreateTopic("orders", 1, ("cleanup.policy", "compact"), ("segment.bytes", "1048576"), ("min.cleanable.dirty.ratio", "0"));
        var client = broker.Connect();
        for (var i = 0; i < 60; i++)
        {
            var request = ClientVerbs.Produce("orders", 0, ClientVerbs.Keyed("key", new string('v', 50_000)));
            Assert.Equal(0, client.Ask<ProduceRequest, ProduceResponse>(ClientVerbs.ProduceVersion, request).Responses[0].PartitionResponses[0].ErrorCode);
        }

        var log = LogOf(broker, "orders")!;
        var dirty = log.SizeBytes;
        Assert.Equal(0, client.Alter(AdminVerbs.Broker, "", ("log.cleaner.io.max.bytes.per.second", 0, $"{bytesPerSecond}")).Error);
        broker.Advance(Seconds * 1000 / 2);
        Assert.Equal(dirty, log.SizeBytes);
        Assert.Equal(0, log.CleanedUpTo);
        broker.Advance(Seconds * 4 * 1000);
        Assert.True(log.CleanedUpTo > 0);
        Assert.True(log.SizeBytes < dirty / 2);

        // What was noted of it is there at once, not with the next round of checkpoints.
        broker.CrashAndRestart();
        Assert.Equal(log.CleanedUpTo, LogOf(broker, "orders")!.CleanedUpTo);
    }

    [Fact]
    public void A_topic_that_is_made_again_does_not_inherit_the_log_start_of_the_old_one()
    {
        var broker = TestBroker.Started(2);
        var old = broker.CreateTopic("orders", 1, ("retention.ms", "3600000"), ("segment.ms", "600000"));
        broker.Connect().Produce("orders", 0, "old", "older");
        broker.Advance(3 * 3_600_000);
        Assert.Equal(2, broker.Connect().Produce("orders", 0, "new").BaseOffset);
        Assert.True(broker.Stop());
        broker.Restart();
        broker.Connect().Ask<DeleteTopicsRequest, DeleteTopicsResponse>(6, Deletion(old));
        broker.CreateTopic("orders");
        var values = Enumerable.Range(0, 10).Select(i => "v" + i).ToArray();
        Assert.Equal(0, broker.Connect().Produce("orders", 0, values).BaseOffset);
        Assert.Equal(values, broker.Connect().ReadAll("orders", 0));
        broker.KillAndRestart();
        Assert.Equal(values, broker.Connect().ReadAll("orders", 0));
    }

    private static void CommitRounds(TestBroker broker, int rounds, Dictionary<string, long> acknowledged, Dictionary<string, long> attempted)
    {
        var client = broker.Connect();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < 25; i++)
            {
                var group = $"group-{i % 3}";
                attempted[group] = attempted.GetValueOrDefault(group) + 1;
                Assert.Equal(0, Commit(client, group, attempted[group]));
                acknowledged[group] = attempted[group];
            }

            broker.Advance(16_000);
        }
    }

    private static Storage.PartitionLog? LogOf(TestBroker broker, string topic = OffsetsTopic) =>
        broker.Node.Shards.SelectMany(shard => shard.Partitions.Values).FirstOrDefault(p => p.TopicPartition.Topic == topic)?.Log;

    private static short Commit(TestClient client, string group, long offset)
    {
        var request = new OffsetCommitRequest { GroupId = group, MemberId = Text.Empty, GenerationIdOrMemberEpoch = -1 };
        var topic = new OffsetCommitRequest.OffsetCommitRequestTopic { Name = "orders" };
        topic.Partitions.Add(new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = 0, CommittedOffset = offset, CommittedMetadata = s_metadata });
        request.Topics.Add(topic);
        for (var attempt = 0; ; attempt++)
        {
            var error = client.Ask<OffsetCommitRequest, OffsetCommitResponse>(8, request).Topics[0].Partitions[0].ErrorCode;
            if (error == 0 || attempt == 10)
            {
                return error;
            }

            // Nobody has looked for this group's coordinator, and so made the offsets topic.
            var found = client.Ask<FindCoordinatorRequest, FindCoordinatorResponse>(3, new FindCoordinatorRequest { Key = group });
            Assert.True(found.ErrorCode == 0, $"{found.ErrorCode} {found.ErrorMessage}");
        }
    }

    private static long Committed(TestClient client, string group)
    {
        var request = new OffsetFetchRequest { GroupId = group };
        var topic = new OffsetFetchRequest.OffsetFetchRequestTopic { Name = "orders" };
        topic.PartitionIndexes.Add(0);
        request.Topics.Add(topic);
        var answer = client.Ask<OffsetFetchRequest, OffsetFetchResponse>(7, request);
        Assert.Equal(0, answer.ErrorCode);
        return answer.Topics[0].Partitions[0].CommittedOffset;
    }

    private static DeleteTopicsRequest Deletion(Protocol.Uuid id)
    {
        var request = new DeleteTopicsRequest { TimeoutMs = 1000 };
        request.Topics.Add(new DeleteTopicsRequest.DeleteTopicState { Name = Text.Null, TopicId = id });
        return request;
    }
}
