using Deterministic.Protocol.Records;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Tests.Invariants;

/// <summary>The invariants of one log: each holds in a sound broker through crashes, and each finds what is broken on purpose.</summary>
public sealed class LogInvariantsTests
{
    [Theory]
    [InlineData(ProcessEnd.Kill)]
    [InlineData(ProcessEnd.PowerLoss)]
    public void ASoundBrokerPassesThroughCrashesStopsAndRolls(ProcessEnd end)
    {
        var broker = new WatchedBroker();
        var log = broker.CreateTopic("orders", ("index.interval.bytes", "100")).Log;
        log.Config = log.Config with { SegmentBytes = 2000 };
        for (var i = 0; i < 20; i++)
        {
            broker.Append("orders", records: 3, producerId: 7, sequence: 3 * i, valueBytes: 100);
        }

        broker.Inspect();
        Assert.True(broker.Log("orders").SegmentCount > 2);
        broker.Restart(end);
        broker.Inspect();
        broker.Append("orders", records: 3, producerId: 7, sequence: 60);
        broker.StopAndStart();
        broker.Inspect();
        Assert.Equal(63, broker.Log("orders").LogEndOffset);
    }

    [Fact]
    public void ADeletedTopicThatIsCreatedAgainBeginsEmpty()
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders");
        broker.Append("orders");
        broker.DeleteTopic("orders");
        broker.Inspect();
        broker.CreateTopic("orders");
        broker.Restart(ProcessEnd.PowerLoss);
        broker.Append("orders");
        broker.Inspect();
    }

    [Fact]
    public void ARecordThatChangesIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders");
        var bytes = broker.Batch(1, valueBytes: 10, timestampMs: 5);
        RecordBatchHeader.SetPartitionLeaderEpoch(bytes, partition.LeaderEpoch);
        broker.Damage($"{partition.Log.Path}/00000000000000000000.log", 0, bytes);
        Assert.Contains("where", broker.Violation("committed-immutable").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARecordThatIsLostAcrossARestartIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders");
        broker.Append("orders");
        using (var file = broker.Disk.Open($"{partition.Log.Path}/00000000000000000000.log", Kernel.Ports.FileOpening.Existing))
        {
            file.SetLength(file.Length / 2);
            file.Flush();
        }

        broker.Broker.Crash(ProcessEnd.Kill, 1000);
        var violation = Assert.Throws<ViolationException>(broker.Serve);
        Assert.Equal("committed-immutable", violation.Invariant);
    }

    [Fact]
    public void AnAcknowledgementWithoutAFlushIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders");

        // What a broker does that forgets to flush: the bytes are in the page cache, and it says that they are durable.
        var violation = Assert.Throws<ViolationException>(() => broker.On(broker.ShardOf(partition), () =>
        {
            partition.Log.Config = partition.Log.Config with { Durability = Durability.Memory };
            Assert.Equal(Protocol.ErrorCode.None, partition.AppendAsLeader(broker.Batch(1), -1, 11).Error);
            partition.Log.Group.OnEndOfRun();
            partition.Log.Config = partition.Log.Config with { Durability = Durability.Disk };
        }));
        Assert.Equal("acknowledged-durable", violation.Invariant);
    }

    [Fact]
    public void ABatchWithoutItsCrcIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders");
        broker.Damage($"{partition.Log.Path}/00000000000000000000.log", RecordBatchHeader.SizeBytes + 3, 0xff);
        Assert.Contains("CRC", broker.Violation("log-whole").Message, StringComparison.Ordinal);
    }
}
