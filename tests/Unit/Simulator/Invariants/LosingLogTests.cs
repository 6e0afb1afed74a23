using Deterministic.Protocol.Records;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Invariants;

/// <summary>What retention and compaction may take, and that it is found when they take more.</summary>
public sealed class LosingLogTests
{
    [Fact]
    public void RetentionThatTakesWhatItMayIsSound()
    {
        var broker = new WatchedBroker(("log.retention.check.interval.ms", "1000"), ("log.initial.task.delay.ms", "0"));
        broker.CreateTopic("orders", ("retention.bytes", "3000"), ("internal.segment.bytes", "1000"));
        for (var i = 0; i < 20; i++)
        {
            broker.Append("orders", valueBytes: 400);
        }

        broker.Run(5 * WatchedBroker.Second);
        broker.Inspect();
        Assert.True(broker.Log("orders").LogStartOffset > 0);
    }

    [Fact]
    public void RecordsThatGoTooEarlyAreFound()
    {
        var broker = new WatchedBroker();
        var log = broker.CreateTopic("orders").Log;
        broker.Append("orders");
        broker.Append("orders");
        var found = Assert.Throws<ViolationException>(
            () => broker.On(broker.ShardOf(broker.Partition("orders")), () => log.DeleteRecordsBefore(1)));
        Assert.Equal("retention-takes-only-the-old", found.Invariant);
    }

    [Fact]
    public void ACompactionThatKeepsTheLastIsSound()
    {
        var broker = Compacted();
        broker.Run(5 * WatchedBroker.Second);
        broker.Inspect();
        Assert.True(broker.Log("orders").CleanedUpTo > 0);
    }

    [Fact]
    public void ALastValueThatIsGoneIsFound()
    {
        var broker = Compacted(("log.cleaner.enable", "false"));
        var segment = broker.Log("orders").Segments[0];
        var bytes = new byte[segment.SizeBytes];
        using (var file = broker.Disk.Open(segment.LogPath, Kernel.Ports.FileOpening.ReadOnly))
        {
            file.Read(0, bytes);
        }

        // The second record of the first batch is the only one of its key: the key, a byte behind five of one byte each, becomes another.
        var batch = bytes.AsSpan(0, (int)new RecordBatchHeader(bytes).TotalBytes);
        var second = RecordBatchHeader.SizeBytes + 1 + (batch[RecordBatchHeader.SizeBytes] / 2);
        batch[second + 5] ^= 0x40;
        RecordBatchView.SealCrc(batch);
        broker.Damage(segment.LogPath, 0, batch.ToArray());
        broker.Violation("compaction-keeps-the-last");
    }

    private static WatchedBroker Compacted(params (string Key, string Value)[] properties)
    {
        var broker = new WatchedBroker([("log.cleaner.backoff.ms", "100"), .. properties]);
        broker.CreateTopic("orders", ("cleanup.policy", "compact"), ("internal.segment.bytes", "1000"), ("min.cleanable.dirty.ratio", "0.01"));
        broker.Append("orders", records: 2, producerId: 7, sequence: 0);
        for (var i = 0; i < 10; i++)
        {
            broker.Append("orders", valueBytes: 400);
        }

        return broker;
    }
}
