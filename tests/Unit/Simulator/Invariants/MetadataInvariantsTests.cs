using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Server.Metadata;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Tests.Invariants;

/// <summary>The invariants of metadata, quorum and directories: each finds what is broken on purpose.</summary>
public sealed class MetadataInvariantsTests
{
    [Fact]
    public void AnImageThatDiffersFromAnotherAtTheSameOffsetIsFound()
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders");
        var shard = broker.Broker.Broker!.Shards[0];
        var delta = new MetadataDelta(shard.Image);
        delta.Replay(MetadataSnapshotRecords.Encode(new Protocol.Stored.Metadata.ProducerIdsRecord { BrokerId = 1, NextProducerId = 77_000 }));
        var other = delta.Build(shard.Image.Offset, shard.Image.Epoch, shard.Image.TimestampMs);
        var violation = Assert.Throws<ViolationException>(() => broker.On(0, () => shard.Metadata.OnImage(other, delta)));
        Assert.Equal("images-agree", violation.Invariant);
    }

    [Fact]
    public void AnImageThatGoesBackIsFound()
    {
        var broker = new WatchedBroker();
        var shard = broker.Broker.Broker!.Shards[0];
        var before = shard.Image;
        broker.CreateTopic("orders");
        var violation = Assert.Throws<ViolationException>(
            () => broker.On(0, () => shard.Metadata.OnImage(before, MetadataDelta.OfWhole(before))));
        Assert.Equal("images-agree", violation.Invariant);
    }

    [Fact]
    public void AProducerIdBlockThatIsGivenOutTwiceIsFound()
    {
        var broker = new WatchedBroker();
        broker.On(0, () => broker.Broker.Broker!.Parts!.Controller.AllocateProducerIds(static (_, _) => { }));
        broker.Run();
        var shard = broker.Broker.Broker!.Shards[0];
        var next = shard.Image with { NextProducerId = 0, Offset = shard.Image.Offset + 1 };
        var violation = Assert.Throws<ViolationException>(
            () => broker.On(0, () => shard.Metadata.OnImage(next, MetadataDelta.OfWhole(next))));
        Assert.Equal("topics-keep-their-ids", violation.Invariant);
    }

    [Fact]
    public void ATopicIdThatComesBackIsFound()
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders");
        var shard = broker.Broker.Broker!.Shards[0];
        var before = shard.Image;
        broker.DeleteTopic("orders");
        var next = before with { Offset = shard.Image.Offset + 1 };
        var violation = Assert.Throws<ViolationException>(
            () => broker.On(0, () => shard.Metadata.OnImage(next, MetadataDelta.OfWhole(next))));
        Assert.Equal("topics-keep-their-ids", violation.Invariant);
    }

    [Fact]
    public void AnImageThatTheLogDoesNotLeadToIsFound()
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders");
        var snapshot = new Raft.SnapshotId(broker.Broker.Broker!.Parts!.Controller.Committed.Offset + 1, 1);
        using (var file = broker.Disk.Open($"/data/__cluster_metadata-0/{snapshot.FileName}", FileOpening.Empty))
        {
            var writer = new Raft.SnapshotWriter(file, 1, 0);
            writer.WriteHeader(0, 0, null);
            writer.WriteFooter();
        }

        // A snapshot that forgot everything: what is behind it in the log does not bring the topic back.
        Assert.Contains(snapshot.FileName, broker.Violation("image-matches-log").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEpochThatQuorumStateDoesNotSayIsFound()
    {
        var broker = new WatchedBroker();
        broker.BeforeWatching = () =>
        {
            // As if quorum-state had not been written before the epoch was used.
            const string path = "/data/__cluster_metadata-0/quorum-state";
            if (broker.Node.Process is { Life: 2 } && broker.Broker.Broker?.Parts?.Controller.Raft.LeaderEpoch > 0 && broker.Disk.FileExists(path))
            {
                broker.Disk.DeleteFile(path);
            }
        };
        broker.Broker.Crash(ProcessEnd.Kill, 1000);
        Assert.Equal("quorum-epochs-rise", Assert.Throws<ViolationException>(broker.Serve).Invariant);
    }

    [Fact]
    public void ADirectoryOfAnotherTopicIdIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        PartitionMetadataFile.Write(broker.Disk, partition.Log.Path, new Uuid(7, 8));
        Assert.Contains("orders-0", broker.Violation("directories-match-topics").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADirectoryOfNoTopicIsFound()
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders");
        broker.Disk.CreateDirectory("/data/payments-3");
        Assert.Contains("payments-3", broker.Violation("directories-match-topics").Message, StringComparison.Ordinal);
    }
}
