using Deterministic.Protocol;
using Deterministic.Server.Metadata;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Invariants;

/// <summary>The invariants of topics that change while they are in use: a sound broker holds them, and each finds what is broken on purpose.</summary>
public sealed class AlterationInvariantsTests
{
    [Theory]
    [InlineData(ProcessEnd.Kill)]
    [InlineData(ProcessEnd.PowerLoss)]
    public void ASoundBrokerKeepsWhatItPromised(ProcessEnd end)
    {
        var broker = new WatchedBroker(("log.flush.offset.checkpoint.interval.ms", "3600000"));
        broker.CreateTopic("orders");
        broker.Append("orders", records: 5);
        broker.Alter("orders", "retention.ms", "100000000");
        broker.Alter("orders", "cleanup.policy", "compact,delete");
        broker.DeleteRecords("orders", 3);
        broker.Inspect();
        broker.Restart(end);
        broker.Inspect();
        Assert.Equal(3, broker.Log("orders").LogStartOffset);
        Assert.True(broker.Log("orders").Config.IsCompact);
        broker.AssertSound();
    }

    [Fact]
    public void RecordsThatComeBackAfterACrashAreFound()
    {
        var broker = new WatchedBroker(("log.flush.offset.checkpoint.interval.ms", "3600000"));
        broker.CreateTopic("orders");
        broker.Append("orders", records: 5);
        broker.DeleteRecords("orders", 3, isDurable: false);
        broker.Broker.Crash(ProcessEnd.Kill, 1000);
        Assert.Equal("deleted-stays-deleted", Assert.Throws<ViolationException>(broker.Serve).Invariant);
    }

    [Fact]
    public void ALogThatStartsHigherThanAnybodyAskedIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders", ("retention.ms", "-1"));
        for (var i = 0; i < 5; i++)
        {
            broker.Append("orders");
        }

        broker.Set.Promises.AskDeletion(new TopicPartition("orders", 0), 2);
        var violation = Assert.Throws<ViolationException>(
            () => broker.On(broker.ShardOf(partition), () => partition.DeleteRecordsBefore(4)));
        Assert.Equal("retention-takes-only-the-old", violation.Invariant);
    }

    [Fact]
    public void AConfigurationThatDoesNotReachItsLogIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Alter("orders", "flush.messages", "7");
        broker.Inspect();
        partition.Log.Config = partition.Log.Config with { FlushMessages = 8 };
        Assert.Contains("orders-0", broker.Violation("configs-in-effect").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AShardThatActsByOtherSettingsThanItsImageIsFound()
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders");
        var shard = broker.Broker.Broker!.Shards[0];
        var image = shard.Image;
        var changed = image.Configs.SetItem(
            ConfigResource.DefaultBroker, image.ConfigOf(ConfigResource.DefaultBroker).SetItem("log.cleaner.backoff.ms", "77"));
        var next = image with { Configs = changed, Offset = image.Offset + 1 };
        broker.On(0, () => shard.Metadata.OnImage(next, MetadataDelta.OfWhole(next)));
        Assert.Contains("log.cleaner.backoff.ms", broker.Violation("configs-in-effect").Message, StringComparison.Ordinal);
        Assert.Equal(15_000, shard.Config.LogCleanerBackoffMs);
    }

    [Fact]
    public void ATopicThatHasFewerPartitionsThanItHadIsFound()
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders");
        var shard = broker.Broker.Broker!.Shards[0];
        var before = shard.Image;
        broker.AddPartitions("orders", 3);
        var next = before with { Offset = shard.Image.Offset + 1 };
        var violation = Assert.Throws<ViolationException>(
            () => broker.On(0, () => shard.Metadata.OnImage(next, MetadataDelta.OfWhole(next))));
        Assert.Equal("topics-keep-their-ids", violation.Invariant);
    }

    [Fact]
    public void ATopicThatHasFewerPartitionsThanAClientWasToldIsFound()
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders");
        broker.AddPartitions("orders", 2);
        broker.Inspect();
        broker.Set.Promises.Grown("orders", 3);
        Assert.Contains("3 partitions", broker.Violation("partitions-stay").Message, StringComparison.Ordinal);
    }
}
