using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Broker;

/// <summary>Partitions that move from one log directory to another (AlterReplicaLogDirs), and what stops in the middle of it.</summary>
public sealed class DirectoryMoveTests
{
    private const int StepsMax = 400;
    private static readonly (string, string)[] s_three =
        [("log.dirs", "/d1,/d2,/d3"), ("log.segment.bytes", "1048576"), ("log.index.interval.bytes", "0"), ("log.segment.delete.delay.ms", "0")];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_partition_moves_with_all_that_it_holds_and_takes_records_on_the_way(int shards)
    {
        var (broker, client) = Filled(shards);
        Assert.Equal("/d1", DirectoryOf(broker));
        Assert.Equal(ErrorCode.None, Alter(client, "/d2"));
        Assert.Equal(0, client.Produce("orders", 0, "on the way").ErrorCode);
        broker.Settle();
        Assert.Equal("/d2", DirectoryOf(broker));
        Assert.Equal([.. Values(6), "on the way"], client.ReadAll("orders", 0));
        Assert.Equal(0, client.Produce("orders", 0, "there").ErrorCode);
        broker.Advance(1000);
        Assert.Empty(Leftovers(broker));
        Assert.True(broker.Stop());
        broker.Restart();
        Assert.Equal("/d2", DirectoryOf(broker));
        Assert.Equal([.. Values(6), "on the way", "there"], broker.Connect().ReadAll("orders", 0));
    }

    [Fact]
    public void A_move_is_described_with_its_lag_and_cancelled_by_asking_for_where_the_partition_is()
    {
        var (broker, client) = Filled(1, ("log.dirs", "/d1,/d2,/d3"));
        Assert.Equal(0, client.Alter(AdminVerbs.Broker, "", ("replica.alter.log.dirs.io.max.bytes.per.second", 0, "1")).Error);
        Assert.Equal(ErrorCode.None, Alter(client, "/d3"));
        broker.Advance(50);
        var future = Assert.Single(Described(client), replica => replica.IsFuture);
        Assert.Equal("/d3", future.Directory);
        Assert.InRange(future.Lag, 1, 6);
        Assert.Equal(ErrorCode.None, Alter(client, "/d2"));
        Assert.Equal("/d2", Assert.Single(Described(client), replica => replica.IsFuture).Directory);
        Assert.Equal(ErrorCode.None, Alter(client, "/d1"));
        Assert.DoesNotContain(Described(client), replica => replica.IsFuture);
        broker.Advance(61_000);
        Assert.Equal("/d1", DirectoryOf(broker));
        Assert.Empty(Leftovers(broker));
    }

    [Fact]
    public void The_throttle_bounds_how_fast_a_move_copies()
    {
        var (broker, client) = Filled(1);
        client.Produce("orders", 0, new string('x', 5000));
        Assert.Equal(0, client.Alter(AdminVerbs.Broker, "", ("replica.alter.log.dirs.io.max.bytes.per.second", 0, "1000")).Error);
        Assert.Equal(ErrorCode.None, Alter(client, "/d2"));
        client.Produce("orders", 0, "last");
        broker.Advance(500);
        Assert.Equal("/d1", DirectoryOf(broker));
        broker.Advance(6000);
        Assert.Equal("/d2", DirectoryOf(broker));
    }

    [Fact]
    public void Refusals_are_kafkas()
    {
        var (broker, client) = Filled(2);
        Assert.Equal(ErrorCode.LogDirNotFound, Alter(client, "/nowhere"));
        Assert.Equal(ErrorCode.LogDirNotFound, Alter(client, "d2"));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Alter(client, "/d2", "nope"));
        broker.Disk.Fault = (_, path) => path.StartsWith("/d2", StringComparison.Ordinal) ? new IOException("the disk is gone") : null;
        Assert.Equal(ErrorCode.KafkaStorageError, Alter(client, "/d2"));
        Assert.Equal([.. Values(6)], client.ReadAll("orders", 0));
    }

    [Fact]
    public void A_topic_that_is_deleted_on_the_way_leaves_nothing()
    {
        var (broker, client) = Filled(1);
        Assert.Equal(0, client.Alter(AdminVerbs.Broker, "", ("replica.alter.log.dirs.io.max.bytes.per.second", 0, "1")).Error);
        Alter(client, "/d3");
        broker.Advance(10);
        var request = new DeleteTopicsRequest { TimeoutMs = 1000 };
        request.TopicNames.Add("orders");
        Assert.Equal(0, client.Ask<DeleteTopicsRequest, DeleteTopicsResponse>(5, request).Responses[0].ErrorCode);
        broker.Advance(61_000);
        Assert.Empty(Leftovers(broker));
    }

    [Fact]
    public void Deleted_records_stay_deleted_after_a_move_and_a_loss_of_power()
    {
        var (broker, client) = Filled(1);
        Assert.Equal(4, client.DeleteRecords("orders", 0, 4).LowWatermark);
        Alter(client, "/d2");
        Assert.Equal(5, client.DeleteRecords("orders", 0, 5).LowWatermark);
        broker.Settle();
        Assert.Equal("/d2", DirectoryOf(broker));
        broker.CrashAndRestart();
        client = broker.Connect();
        Assert.Equal(5, client.ListOffset("orders", 0, -2));
        Assert.Equal(["v5"], client.ReadAll("orders", 0, 5));
    }

    [Fact]
    public void A_retry_is_known_after_the_move_though_its_batch_was_deleted()
    {
        var (broker, client) = Filled(1);
        var first = ClientVerbs.Produce("orders", 0, ClientVerbs.Batch(77, 0, 0, "once"));
        Assert.Equal(6, client.Ask<ProduceRequest, ProduceResponse>(9, first).Responses[0].PartitionResponses[0].BaseOffset);
        Assert.Equal(7, client.DeleteRecords("orders", 0, -1).LowWatermark);
        Alter(client, "/d2");
        broker.Settle();
        Assert.Equal("/d2", DirectoryOf(broker));
        var again = ClientVerbs.Produce("orders", 0, ClientVerbs.Batch(77, 0, 0, "once"));
        Assert.Equal(6, client.Ask<ProduceRequest, ProduceResponse>(9, again).Responses[0].PartitionResponses[0].BaseOffset);
        Assert.Equal(7, client.ListOffset("orders", 0, -1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stop_at_any_step_loses_nothing_and_the_move_goes_on(bool losesPower)
    {
        var arrived = 0;
        for (var steps = 0; steps < StepsMax && arrived < 3; steps++)
        {
            var (broker, client) = Filled(1);
            client.Send(2, AlterRequest("/d2"));
            Run(broker, steps);
            arrived += DirectoryOf(broker) == "/d2" ? 1 : 0;
            if (losesPower)
            {
                broker.CrashAndRestart(new SeededRandom((ulong)steps + 1));
            }
            else
            {
                broker.KillAndRestart();
            }

            client = broker.Connect();
            Assert.Equal([.. Values(6)], client.ReadAll("orders", 0));
            Assert.Equal(0, client.Produce("orders", 0, "more").ErrorCode);
            broker.Advance(61_000);
            Assert.Equal([.. Values(6), "more"], client.ReadAll("orders", 0));
            Assert.True(Leftovers(broker).Count == 0, $"stopped after {steps} steps: {string.Join(", ", Leftovers(broker))}");
            Assert.Single(Currents(broker));
        }

        Assert.Equal(3, arrived);
    }

    [Fact]
    public void A_partition_of_a_directory_that_is_not_there_stays_offline_and_is_not_made_anew_elsewhere()
    {
        var (broker, client) = Filled(1);
        Alter(client, "/d2");
        broker.Settle();
        broker.Stop();
        broker.Disk.Fault = (_, path) => path.StartsWith("/d2", StringComparison.Ordinal) ? new IOException("the disk is gone") : null;
        broker.Restart();
        client = broker.Connect();
        Assert.NotEqual(0, client.Produce("orders", 0, "x").ErrorCode);
        Assert.DoesNotContain(Currents(broker), path => !path.StartsWith("/d2", StringComparison.Ordinal));
        Assert.Equal(0, MetadataOf(client).LeaderId + 1);
        broker.Stop();
        broker.Disk.Fault = null;
        broker.Restart();
        Assert.Equal([.. Values(6)], broker.Connect().ReadAll("orders", 0));
    }

    [Fact]
    public void The_failure_of_a_directory_is_in_the_metadata()
    {
        var (broker, client) = Filled(2);
        Alter(client, "/d2");
        broker.Settle();
        Assert.Equal(1, MetadataOf(client).LeaderId);
        broker.Disk.Fault = (_, path) => path.StartsWith("/d2", StringComparison.Ordinal) ? new IOException("the disk is gone") : null;
        Assert.Equal(ErrorCode.KafkaStorageError, (ErrorCode)client.Produce("orders", 0, "x").ErrorCode);
        broker.Settle();
        var partition = MetadataOf(client);
        Assert.Equal((-1, ErrorCode.LeaderNotAvailable), (partition.LeaderId, (ErrorCode)partition.ErrorCode));
        Assert.Equal([1], partition.OfflineReplicas.ToArray());
        broker.CreateTopic("bills", 4);
        Assert.All(broker.Node.Shards[0].Image.FindTopic("bills")!.Partitions, made => Assert.NotEqual(-1, made.Leader));
        Assert.Equal(0, client.Produce("bills", 1, "x").ErrorCode);
        Assert.Null(broker.Fatal);
    }

    [Fact]
    public void A_move_whose_source_fails_ends_and_goes_on_after_a_restart()
    {
        var (broker, client) = Filled(1);
        Assert.Equal(0, client.Alter(AdminVerbs.Broker, "", ("replica.alter.log.dirs.io.max.bytes.per.second", 0, "1")).Error);
        Assert.Equal(ErrorCode.None, Alter(client, "/d2"));
        broker.Advance(50);
        broker.Disk.Fault = (doing, path) => path.StartsWith("/d1/orders-0", StringComparison.Ordinal) ? new IOException("the disk is gone") : null;
        Assert.Equal(ErrorCode.KafkaStorageError, (ErrorCode)client.Produce("orders", 0, "x").ErrorCode);
        broker.Advance(61_000);
        broker.Stop();
        broker.Disk.Fault = null;
        broker.Restart();
        Assert.Equal(0, broker.Connect().Alter(AdminVerbs.Broker, "", ("replica.alter.log.dirs.io.max.bytes.per.second", 1, null)).Error);
        broker.Advance(61_000);
        Assert.Equal("/d2", DirectoryOf(broker));
        Assert.Equal(Values(6), broker.Connect().ReadAll("orders", 0).Take(6));
        Assert.Empty(Leftovers(broker));
    }

    [Fact]
    public void How_far_a_log_is_clean_moves_with_it()
    {
        var broker = TestBroker.Started(1, null, [.. s_three, ("log.cleaner.backoff.ms", "100")]);
        broker.CreateTopic("orders", 1, ("cleanup.policy", "compact"), ("min.cleanable.dirty.ratio", "0"), ("segment.bytes", "1048576"));
        var client = broker.Connect();
        for (var i = 0; i < 30; i++)
        {
            var request = ClientVerbs.Produce("orders", 0, ClientVerbs.Keyed("key", new string('v', 100_000)));
            Assert.Equal(0, client.Ask<ProduceRequest, ProduceResponse>(ClientVerbs.ProduceVersion, request).Responses[0].PartitionResponses[0].ErrorCode);
        }

        broker.Advance(1000);

        // No more of it: a move begins a new segment, and then there is more to clean.
        Assert.Equal(0, client.Alter(AdminVerbs.Broker, "", ("log.cleaner.backoff.ms", 0, "3600000")).Error);
        broker.Advance(1000);
        var cleanedUpTo = Log().CleanedUpTo;
        Assert.True(cleanedUpTo > 0);
        var (from, to) = DirectoryOf(broker) == "/d3" ? ("/d3", "/d2") : (DirectoryOf(broker), "/d3");
        Assert.Contains($"orders 0 {cleanedUpTo}", CheckpointIn(from), StringComparison.Ordinal);
        Assert.Equal(ErrorCode.None, Alter(client, to));
        broker.Advance(61_000);
        Assert.Equal((to, cleanedUpTo), (DirectoryOf(broker), Log().CleanedUpTo));
        Assert.Contains($"orders 0 {cleanedUpTo}", CheckpointIn(to), StringComparison.Ordinal);
        Assert.DoesNotContain("orders", CheckpointIn(from), StringComparison.Ordinal);

        Storage.PartitionLog Log() => broker.Node.Shards.SelectMany(shard => shard.Partitions.Values).Single(partition => partition.TopicPartition.Topic == "orders").Log;

        string CheckpointIn(string root)
        {
            using var file = broker.Disk.Open(root + "/cleaner-offset-checkpoint", Kernel.Ports.FileOpening.Existing);
            var bytes = new byte[1000];
            return System.Text.Encoding.UTF8.GetString(bytes, 0, file.Read(0, bytes));
        }
    }

    [Fact]
    public void A_cordoned_directory_takes_no_new_partitions_and_says_so()
    {
        var broker = TestBroker.Started(1, null, [.. s_three, ("cordoned.log.dirs", "/d1")]);
        broker.CreateTopic("orders", 4);
        Assert.All(Described(broker.Connect()), replica => Assert.NotEqual("/d1", replica.Directory));
        var client = broker.Connect();
        Assert.Equal(0, client.Alter(AdminVerbs.Broker, "1", ("cordoned.log.dirs", 0, "/d2")).Error);
        broker.CreateTopic("bills", 2);
        Assert.DoesNotContain(Described(client), replica => replica.Name == "bills" && replica.Directory == "/d2");
        var all = client.Ask<DescribeLogDirsRequest, DescribeLogDirsResponse>(5, new DescribeLogDirsRequest { Topics = Seq<DescribeLogDirsRequest.DescribableLogDirTopic>.Null });
        Assert.Equal([false, true, false], all.Results.ToArray().Select(directory => directory.IsCordoned));
    }

    private static (TestBroker Broker, TestClient Client) Filled(int shards, params (string, string)[] more)
    {
        var broker = TestBroker.Started(shards, null, [.. s_three, .. more]);
        broker.CreateTopic("orders");
        var client = broker.Connect();
        foreach (var value in Values(6))
        {
            Assert.Equal(0, client.Produce("orders", 0, value).ErrorCode);
        }

        if (DirectoryOf(broker) != "/d1")
        {
            Assert.Equal(ErrorCode.None, Alter(client, "/d1"));
            broker.Advance(61_000);
        }

        return (broker, client);
    }

    private static void Run(TestBroker broker, int steps)
    {
        for (; steps > 0; steps--)
        {
            broker.Shards[0].Run(1);
        }
    }

    private static string[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => $"v{i}")];

    private static AlterReplicaLogDirsRequest AlterRequest(string path, string topic = "orders")
    {
        var directory = new AlterReplicaLogDirsRequest.AlterReplicaLogDir { Path = path };
        directory.Topics.Add(new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic { Name = topic, Partitions = Seq<int>.Of(0) });
        var request = new AlterReplicaLogDirsRequest();
        request.Dirs.Add(directory);
        return request;
    }

    private static ErrorCode Alter(TestClient client, string path, string topic = "orders") =>
        (ErrorCode)client.Ask<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(2, AlterRequest(path, topic)).Results[0].Partitions[0].ErrorCode;

    private static string DirectoryOf(TestBroker broker) =>
        broker.Node.Shards.SelectMany(shard => shard.Partitions.Values).Single(partition => partition.TopicPartition.Topic == "orders").Log.Directory.Path;

    private static List<(string Directory, string Name, bool IsFuture, long Lag)> Described(TestClient client) =>
    [
        .. client.Ask<DescribeLogDirsRequest, DescribeLogDirsResponse>(4, new DescribeLogDirsRequest { Topics = Seq<DescribeLogDirsRequest.DescribableLogDirTopic>.Null })
            .Results.ToArray().SelectMany(directory => directory.Topics.ToArray().SelectMany(topic => topic.Partitions.ToArray()
                .Select(partition => (directory.LogDir.ToString(), topic.Name.ToString(), partition.IsFutureKey, partition.OffsetLag)))),
    ];

    private static MetadataResponse.MetadataResponsePartition MetadataOf(TestClient client)
    {
        var request = new MetadataRequest();
        request.Topics.Add(new MetadataRequest.MetadataRequestTopic { Name = "orders" });
        return client.Ask<MetadataRequest, MetadataResponse>(8, request).Topics[0].Partitions[0];
    }

    private static List<string> Currents(TestBroker broker) => DirectoriesOf(broker, static name => name == "orders-0");

    private static List<string> Leftovers(TestBroker broker) => DirectoriesOf(broker, static name => name.StartsWith("orders-0.", StringComparison.Ordinal));

    private static List<string> DirectoriesOf(TestBroker broker, Func<string, bool> isMeant)
    {
        var fault = broker.Disk.Fault;
        broker.Disk.Fault = null;
        var found = s_three[0].Item2.Split(',').SelectMany(root => broker.Disk.ListDirectories(root).Where(isMeant).Select(name => $"{root}/{name}")).ToList();
        broker.Disk.Fault = fault;
        return found;
    }
}
