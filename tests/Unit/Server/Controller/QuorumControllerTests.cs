using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Server.Metadata;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Controller;

public sealed class QuorumControllerTests
{
    [Fact]
    public void A_new_cluster_begins_with_the_feature_levels_of_4_3_and_this_broker()
    {
        var node = new ControllerNode().Format("4L6g3nShT-eMCtK--X86sw").Start();

        Assert.Equal("4L6g3nShT-eMCtK--X86sw", node.Identity.ClusterId);
        Assert.Equal(30, node.Image.MetadataVersion);
        Assert.Equal(2, node.Image.FeatureLevel(FeatureNames.TransactionVersion));
        var broker = node.Image.FindBroker(1)!;
        Assert.False(broker.IsFenced);
        Assert.Equal(node.Controller.BrokerEpoch, broker.BrokerEpoch);
        Assert.Equal("localhost:9092", $"{broker.FindEndpoint("PLAINTEXT")!.Host}:{broker.FindEndpoint("PLAINTEXT")!.Port}");
        Assert.Equal("1", node.Image.ConfigOf(ConfigResource.DefaultBroker)["min.insync.replicas"]);
        Assert.Equal(1, node.Controller.Raft.KRaftVersion);
    }

    [Fact]
    public void A_topic_is_in_the_image_of_every_shard_when_its_creation_is_answered()
    {
        var node = new ControllerNode().Format().Start();

        var created = node.Create("orders", 3, 1, false, ("retention.ms", "1000"));

        Assert.Equal((0, 3, 1), (created.ErrorCode, created.NumPartitions, created.ReplicationFactor));
        var topic = node.Image.FindTopic("orders")!;
        Assert.Equal(created.TopicId, topic.Id);
        Assert.Same(topic, node.Image.FindTopic(created.TopicId));
        Assert.All(topic.Partitions, partition => Assert.Equal(1, partition.Leader));
        Assert.All(topic.Partitions, partition => Assert.Equal(node.Identity.LogDirs[0], partition.DirectoryOf(1)));
        Assert.Equal("1000", node.Image.ConfigOf(ConfigResource.OfTopic("orders"))["retention.ms"]);
    }

    [Fact]
    public void A_restart_keeps_everything_and_raises_broker_and_leader_epochs()
    {
        var node = new ControllerNode().Format().Start();
        node.Create("orders", 2, 1, false, ("cleanup.policy", "compact"));
        var before = node.Image;
        var quorumEpoch = node.Controller.Raft.LeaderEpoch;

        node.Restart();

        var topic = node.Image.FindTopic("orders")!;
        Assert.Equal(before.FindTopic("orders")!.Id, topic.Id);
        Assert.All(topic.Partitions, partition => Assert.Equal((1, 2, 2), (partition.Leader, partition.LeaderEpoch, partition.PartitionEpoch)));
        Assert.All(topic.Partitions, partition => Assert.Equal(1, Assert.Single(partition.Isr)));
        Assert.True(node.Image.FindBroker(1)!.BrokerEpoch > before.FindBroker(1)!.BrokerEpoch);
        Assert.Equal("compact", node.Image.ConfigOf(ConfigResource.OfTopic("orders"))["cleanup.policy"]);
        Assert.Equal(quorumEpoch + 1, node.Controller.Raft.LeaderEpoch);
    }

    [Fact]
    public void A_deleted_topic_takes_its_configuration_with_it_and_its_name_may_be_used_again()
    {
        var node = new ControllerNode().Format().Start();
        var first = node.Create("orders", 1, 1, false, ("retention.ms", "5"));

        Assert.Equal(0, node.Delete(null, first.TopicId).ErrorCode);
        Assert.Null(node.Image.FindTopic("orders"));
        Assert.Empty(node.Image.ConfigOf(ConfigResource.OfTopic("orders")));

        var second = node.Create("orders");
        Assert.Equal(0, second.ErrorCode);
        Assert.NotEqual(first.TopicId, second.TopicId);
    }

    [Fact]
    public void Blocks_of_producer_ids_never_overlap_even_after_a_restart()
    {
        var node = new ControllerNode().Format().Start();
        var first = node.Await(node.Client.AllocateProducerIdBlockAsync);
        var second = node.Await(node.Client.AllocateProducerIdBlockAsync);
        node.Restart();
        var third = node.Await(node.Client.AllocateProducerIdBlockAsync);

        Assert.Equal([0L, 1000L, 2000L], [first.FirstProducerId, second.FirstProducerId, third.FirstProducerId]);
        Assert.Equal(1000, third.Count);
    }

    [Fact]
    public void The_offsets_topic_is_made_once_with_its_own_configuration()
    {
        var node = new ControllerNode(settings: [("offsets.topic.num.partitions", "3"), ("offsets.topic.replication.factor", "1")])
            .Format().Start();

        Assert.Equal(ErrorCode.None, node.Await(() => node.Client.EnsureInternalTopicAsync("__consumer_offsets")));
        Assert.Equal(ErrorCode.None, node.Await(() => node.Client.EnsureInternalTopicAsync("__consumer_offsets")));

        Assert.Equal(3, node.Image.FindTopic("__consumer_offsets")!.Partitions.Length);
        var config = node.Image.ConfigOf(ConfigResource.OfTopic("__consumer_offsets"));
        Assert.Equal(("compact", "producer", "104857600"), (config["cleanup.policy"], config["compression.type"], config["segment.bytes"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Log_snapshot_and_live_image_say_the_same_after_random_changes(int seed)
    {
        var node = new ControllerNode(settings: [
            ("metadata.log.max.record.bytes.between.snapshots", "700"),
            ("metadata.max.retention.bytes", "1"),
        ]).Format().Start();
        var random = new SeededRandom((ulong)seed);
        for (var step = 0; step < 60; step++)
        {
            Change(node, random, step);
            ControllerNode.AssertSame(node.Controller.Image, node.Image);
            ControllerNode.AssertSame(node.Image, ControllerNode.ImageOf(MetadataSnapshotRecords.Of(node.Image)));
        }

        var before = node.Image;
        Assert.NotEmpty(node.Controller.Raft.Snapshots.Ids);
        node.Restart();
        Assert.Equal(before.TopicsByName.Keys.Select(name => name.ToString()), node.Image.TopicsByName.Keys.Select(name => name.ToString()));
        Assert.Equal(before.TopicsById.Keys, node.Image.TopicsById.Keys);
        Assert.Equal(before.NextProducerId, node.Image.NextProducerId);
        Assert.Equal(
            before.Configs.SelectMany(c => c.Value.Select(v => $"{c.Key} {v.Key} {v.Value}")),
            node.Image.Configs.SelectMany(c => c.Value.Select(v => $"{c.Key} {v.Key} {v.Value}")));
    }

    [Fact]
    public void The_metadata_log_and_its_snapshots_stay_small_under_constant_change()
    {
        const string Log = ControllerNode.Root + "/__cluster_metadata-0";
        var node = new ControllerNode(settings: [
            ("metadata.log.max.record.bytes.between.snapshots", "3000"),
            ("internal.metadata.log.segment.bytes", "4000"),
            ("metadata.max.retention.bytes", "20000"),
        ]).Format().Start();
        long largest = 0;
        for (var i = 0; i < 500; i++)
        {
            var created = node.Create("topic" + i, 3);
            Assert.Equal(0, node.Delete(null, created.TopicId).ErrorCode);
            largest = Math.Max(largest, node.Controller.Raft.SizeBytes);
            node.Clock.Advance(1000);
        }

        Assert.InRange(largest, 10_000, 40_000);
        node.Clock.Advance(120_000);
        node.Do(() => { });
        var segments = node.Disk.ListFiles(Log).Where(name => name.EndsWith(".log", StringComparison.Ordinal)).ToList();
        Assert.NotEqual("00000000000000000000.log", segments[0]);
        Assert.InRange(segments.Count, 1, 10);
        Assert.InRange(node.Disk.ListFiles(Log).Count(name => name.EndsWith(".checkpoint", StringComparison.Ordinal)), 1, 10);
        node.Create("last");
        node.Restart();
        Assert.Equal(["last"], node.Image.TopicsByName.Keys.Select(name => name.ToString()));
    }

    [Fact]
    public void A_power_loss_at_any_step_loses_no_answered_topic()
    {
        var steps = StepsOf(node => CreateMany(node, []));
        Assert.True(steps > 20);
        for (var step = 1; step <= steps; step += 3)
        {
            var node = new ControllerNode(settings: [("metadata.log.max.record.bytes.between.snapshots", "400")]).Format().Start();
            var answered = new List<string>();
            node.Disk.PowerLossAtStep = node.Disk.Steps + step;
            try
            {
                CreateMany(node, answered);
            }
            catch (Exception e) when (e is PowerLossException or AggregateException { InnerException: PowerLossException })
            {
            }

            node.Disk.PowerLossAtStep = 0;
            node.Disk.Crash(new SeededRandom((ulong)step));
            node.Start();
            Assert.All(answered, name => Assert.NotNull(node.Image.FindTopic(name)));
        }
    }

    [Fact]
    public void A_failed_disk_is_told_to_who_waits_and_stops_the_broker()
    {
        var node = new ControllerNode().Format().Start();
        node.Disk.Fault = (what, path) => path.Contains("__cluster_metadata", StringComparison.Ordinal) ? new IOException("broken") : null;

        Assert.Throws<IOException>(() => node.Create("orders"));
        Assert.Single(node.Fatal);
        Assert.Null(node.Image.FindTopic("orders"));
    }

    [Fact]
    public void A_log_of_another_directory_or_of_several_voters_is_refused()
    {
        var node = new ControllerNode().Format().Start();
        var other = new ControllerNode();
        other.Random.NextUInt64();
        other.Format();
        other.Disk.KillProcess();
        Copy(node.Disk, other.Disk, ControllerNode.Root + "/__cluster_metadata-0");
        var error = Assert.Throws<AggregateException>(() => other.Start()).InnerException!;
        Assert.Contains("belongs to another directory", error.Message, StringComparison.Ordinal);

        var three = new ControllerNode(settings: ("controller.quorum.voters", "1@a:1,2@b:2,3@c:3")).Format();
        error = Assert.Throws<AggregateException>(() => three.Start()).InnerException!;
        Assert.Contains("1, 2, 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Formatting_again_changes_nothing_and_says_whose_directory_it_is()
    {
        var node = new ControllerNode().Format("4L6g3nShT-eMCtK--X86sw");
        node.Format("4L6g3nShT-eMCtK--X86sw").Start();
        Assert.Equal("4L6g3nShT-eMCtK--X86sw", node.Identity.ClusterId);
        node.Disk.KillProcess();
        Assert.Contains(
            "belongs to cluster 4L6g3nShT-eMCtK--X86sw",
            Assert.Throws<InvalidDataException>(() => node.Format("other")).Message,
            StringComparison.Ordinal);
    }

    private static void Copy(MemoryDisk from, MemoryDisk to, string directory)
    {
        to.CreateDirectory(directory);
        foreach (var name in from.ListFiles(directory))
        {
            using var source = from.Open(DiskPath.Join(directory, name), FileOpening.ReadOnly);
            using var target = to.Open(DiskPath.Join(directory, name), FileOpening.Empty);
            var bytes = new byte[source.Length];
            source.Read(0, bytes);
            target.Write(0, bytes);
        }
    }

    private static int StepsOf(Action<ControllerNode> action)
    {
        var node = new ControllerNode(settings: [("metadata.log.max.record.bytes.between.snapshots", "400")]).Format().Start();
        var before = node.Disk.Steps;
        action(node);
        return node.Disk.Steps - before;
    }

    private static void CreateMany(ControllerNode node, List<string> answered)
    {
        for (var i = 0; i < 12; i++)
        {
            var name = $"topic-{i}";
            if (node.Create(name, 2).ErrorCode == 0)
            {
                answered.Add(name);
            }
        }
    }

    private static void Change(ControllerNode node, SeededRandom random, int step)
    {
        var names = node.Image.TopicsByName.Values.Select(topic => topic.Name).ToList();
        switch (random.Next(4))
        {
            case 0 when names.Count > 0:
                Assert.Equal(0, node.Delete(names[random.Next(names.Count)]).ErrorCode);
                break;
            case 1:
                node.Await(node.Client.AllocateProducerIdBlockAsync);
                break;
            default:
                Assert.Equal(0, node.Create($"t-{step}", random.Next(5) + 1, 1, false, ("retention.ms", $"{step}")).ErrorCode);
                break;
        }
    }
}
