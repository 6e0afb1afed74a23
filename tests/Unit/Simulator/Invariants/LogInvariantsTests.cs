using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Records;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Tests.Invariants;

/// <summary>The invariants of one log: each holds in a sound broker through crashes, and each finds what is broken on purpose.</summary>
public sealed class LogInvariantsTests
{
    private const string FirstSegment = "00000000000000000000.log";

    [Theory]
    [InlineData(ProcessEnd.Kill)]
    [InlineData(ProcessEnd.PowerLoss)]
    public void ASoundBrokerPassesThroughCrashesStopsAndRolls(ProcessEnd end)
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders", ("index.interval.bytes", "100"), ("internal.segment.bytes", "2000"));
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
        broker.Set.AtRest(broker.Broker);
        broker.AssertSound();
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
        broker.Damage($"{partition.Log.Path}/{FirstSegment}", 0, bytes);
        Assert.Contains("where", broker.Violation("committed-immutable").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARecordThatIsLostAcrossARestartIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders");
        broker.Append("orders");
        using (var file = broker.Disk.Open($"{partition.Log.Path}/{FirstSegment}", FileOpening.Existing))
        {
            file.SetLength(file.Length / 2);
            file.Flush();
        }

        broker.Broker.Crash(ProcessEnd.Kill, 1000);
        Assert.Equal("committed-immutable", Assert.Throws<ViolationException>(broker.Serve).Invariant);
    }

    [Fact]
    public void WhatMayBeHarmedIsNotHeldAgainstTheBroker()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Set.MayHarm = path => path.StartsWith("/data/orders-", StringComparison.Ordinal);
        broker.Append("orders");
        using (var file = broker.Disk.Open($"{partition.Log.Path}/{FirstSegment}", FileOpening.Existing))
        {
            file.SetLength(0);
            file.Flush();
        }

        broker.Restart(ProcessEnd.Kill);
        broker.Append("orders");
        broker.Inspect();
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
    public void ASegmentWhoseNameIsNotDurableIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders");
        var path = $"{partition.Log.Path}/{FirstSegment}";
        broker.Disk.Rename(path, path + ".other");
        broker.Disk.Rename(path + ".other", path);
        Assert.Contains("loss of power", broker.Violation("acknowledged-durable").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABatchWithoutItsCrcIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders");
        broker.Damage($"{partition.Log.Path}/{FirstSegment}", RecordBatchHeader.SizeBytes + 3, 0xff);
        Assert.Contains("CRC", broker.Violation("log-whole").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AHighWatermarkAboveWhatIsDurableIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        Assert.Equal("offsets-in-order", Assert.Throws<ViolationException>(() => broker.On(broker.ShardOf(partition), () =>
        {
            partition.AppendAsLeader(broker.Batch(1), -1, 11);
            partition.Log.SetHighWatermark(partition.Log.LogEndOffset);
        })).Invariant);
    }

    [Fact]
    public void ALastStableOffsetThatMovesBackIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders", records: 3);
        partition.Log.Producers.ReplayData(new RecordBatchHeader(Transactional(broker, baseOffset: 1)), 0);
        Assert.Equal("offsets-monotonic", Assert.Throws<ViolationException>(() => broker.Append("orders")).Invariant);
    }

    [Fact]
    public void AnIndexEntryThatPointsBesideItsBatchIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders", records: 5);
        partition.Log.Active.Offsets.Append(4, 1);
        Assert.Contains("offset index", broker.Violation("indexes-match-log").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATimeIndexEntryThatHidesALaterRecordIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders", records: 5, timestampMs: 100);
        partition.Log.Active.Times.MaybeAppend(50, 4);
        Assert.Contains("time index", broker.Violation("indexes-match-log").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnIndexOfASealedSegmentThatChangesIsFound()
    {
        var broker = new WatchedBroker();
        var log = broker.CreateTopic("orders").Log;
        broker.Append("orders", records: 5, timestampMs: 100);
        broker.Alter("orders", "internal.segment.bytes", "100");
        broker.Append("orders", timestampMs: 101, valueBytes: 1);
        broker.Inspect();
        broker.Damage($"{log.Path}/00000000000000000000.timeindex", 7, 1);
        Assert.Contains("time index", broker.Violation("indexes-match-log").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALeaderEpochThatNoBatchHasIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders");
        ((List<EpochStart>)partition.Log.LeaderEpochs).Add(new EpochStart(9, 1));
        Assert.Contains("orders", broker.Violation("leader-epochs-match-log").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void ASequenceThatRepeatsOrLeavesAGapIsFound(int sequence)
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders", records: 3, producerId: 7, sequence: 0);
        var batch = broker.Batch(1, producerId: 7, sequence);
        RecordBatchHeader.SetBaseOffset(batch, 3);
        RecordBatchHeader.SetPartitionLeaderEpoch(batch, partition.LeaderEpoch);

        // A follower's append trusts its leader, so it takes what a leader would refuse.
        var violation = Assert.Throws<ViolationException>(
            () => broker.On(broker.ShardOf(partition), () => partition.Log.AppendAsFollower(batch)));
        Assert.Equal("sequences-contiguous", violation.Invariant);
    }

    [Fact]
    public void AProducerThatIsForgottenIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders", records: 3, producerId: 7, sequence: 0);
        partition.Log.Producers.Clear(3);
        Assert.Contains("producer 7 is not known", broker.Violation("producers-match-log").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABatchThatIsForgottenBeforeFiveOthersIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders", producerId: 7, sequence: 0);
        broker.Append("orders", producerId: 7, sequence: 1);
        broker.Inspect();
        var state = partition.Log.Producers.Find(7)!;
        var last = state.LastBatch;
        state.SetEpoch(9);
        state.SetEpoch(0);
        state.AddBatch(last);
        Assert.Contains("2 were appended since the start", broker.Violation("producers-match-log").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStartNeedNotKnowMoreThanTheLastBatch()
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders");
        broker.Append("orders", producerId: 7, sequence: 0);
        broker.Append("orders", producerId: 7, sequence: 1);
        broker.StopAndStart();
        broker.Inspect();
        Assert.Equal(1, broker.Log("orders").Producers.Find(7)!.BatchCount);
    }

    [Fact]
    public void AnAnswerBeforeTheHighWatermarkIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders");
        var id = new Server.Replication.TopicIdPartition(partition.TopicId, 0);
        broker.Set.OnAcknowledged(broker.Broker, id, 0);
        broker.AssertSound();
        broker.Set.OnAcknowledged(broker.Broker, id, 1);
        Assert.Equal("acknowledged-durable", broker.World.Violation?.Invariant);
    }

    [Fact]
    public void AProducerWithAnotherLastSequenceIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders", records: 3, producerId: 7, sequence: 0);
        partition.Log.Producers.Find(7)!.AddBatch(new ProducerBatch(9, 2, 0, 0));
        Assert.Contains("producer 7", broker.Violation("producers-match-log").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AProducerSnapshotThatSaysSomethingElseIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders", records: 3, producerId: 7, sequence: 0);
        var table = new ProducerStateTable();
        table.ReplayData(new RecordBatchHeader(broker.Batch(1, producerId: 9, sequence: 0)), 0);
        ProducerSnapshotFile.Write(broker.Disk, $"{partition.Log.Path}/00000000000000000003.snapshot", table).Dispose();
        Assert.Contains("producer 9", broker.Violation("producer-snapshots-match-log").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAbortedTransactionThatNeverWasIsFound()
    {
        var broker = new WatchedBroker();
        var partition = broker.CreateTopic("orders");
        broker.Append("orders");
        partition.Log.Active.Transactions.Append(new AbortedTransaction(7, 0, 0, 1));
        Assert.Contains("orders", broker.Violation("transaction-index-matches-log").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABufferThatIsNotReturnedIsFound()
    {
        var broker = new WatchedBroker();
        broker.On(1, () => broker.Broker.Broker!.Shards[1].Shard.Buffers.Rent(100));
        broker.Set.AtRest(broker.Broker);
        Assert.Equal("nothing-left-over", broker.World.Violation?.Invariant);
    }

    [Fact]
    public void TimersThatPileUpAreFound()
    {
        var broker = new WatchedBroker();
        broker.On(1, () =>
        {
            var shard = broker.Broker.Broker!.Shards[1].Shard;
            for (var i = 0; i < 100; i++)
            {
                shard.Timers.Schedule(shard.MonotonicMs + 1_000_000, static _ => { }, null);
            }
        });
        broker.Set.AtRest(broker.Broker);
        Assert.Equal("nothing-left-over", broker.World.Violation?.Invariant);
    }

    private static byte[] Transactional(WatchedBroker broker, long baseOffset)
    {
        var batch = broker.Batch(1, producerId: 9, sequence: 0);
        RecordBatchHeader.SetBaseOffset(batch, baseOffset);
        batch[22] |= 0x10;
        return batch;
    }
}
