using Deterministic.Protocol;

namespace Deterministic.Storage.Tests;

public class PartitionLogTests
{
    private static readonly LogConfig s_small = LogConfig.Default with { SegmentBytes = 1000, IndexIntervalBytes = 100, FileDeleteDelayMs = 10 };
    private readonly LogContext _context = new();

    [Fact]
    public void Appends_of_one_run_are_one_write_and_one_flush()
    {
        var log = _context.OpenNew();
        _context.Append(log, _context.Batch(1));
        _context.Memory.Trace = [];
        _context.Do(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal(ErrorCode.None, log.AppendAsLeader(_context.Batch(2), 0).Error);
            }
        });
        Assert.Equal(["write", "begin-flush"], _context.Memory.Trace.Select(t => t.Split(' ')[1]));
        Assert.Equal(21, log.DurableEndOffset);
        Assert.Equal([1, 21], _context.Durable);
    }

    [Fact]
    public void Appends_during_a_flush_wait_for_the_next_one()
    {
        var log = _context.OpenNew();
        _context.Memory.HoldsFlushes = true;
        _context.Append(log, _context.Batch(1));
        _context.Append(log, _context.Batch(1));
        _context.Append(log, _context.Batch(1));
        Assert.Equal(1, _context.Memory.HeldFlushCount);
        Assert.Equal((3, 0), (log.WrittenEndOffset, log.DurableEndOffset));
        _context.Memory.CompleteFlushes();
        _context.Do(static () => { });
        Assert.Equal(1, log.DurableEndOffset);
        _context.Memory.CompleteFlushes();
        _context.Do(static () => { });
        Assert.Equal(3, log.DurableEndOffset);
    }

    [Fact]
    public void With_durability_memory_the_write_is_enough()
    {
        var log = _context.OpenNew(LogConfig.Default with { Durability = Durability.Memory });
        _context.Memory.Trace = [];
        _context.Append(log, _context.Batch(1));
        Assert.Equal(1, log.DurableEndOffset);
        Assert.Equal(0, log.RecoveryPoint);
        Assert.DoesNotContain(_context.Memory.Trace, t => t.Contains("begin-flush", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("write")]
    [InlineData("flush")]
    [InlineData("begin-flush")]
    public void A_failed_write_or_flush_takes_the_directory_offline_for_good(string doing)
    {
        var log = _context.OpenNew();
        var other = _context.OpenNew(partition: new TopicPartition("other", 1));
        _context.Append(log, _context.Batch(1));
        _context.Memory.Fault = (what, path) =>
            what == doing && path.EndsWith(".log", StringComparison.Ordinal) ? new IOException("medium error") : null;
        _context.Append(log, _context.Batch(1));
        _context.Memory.Fault = null;
        Assert.Equal(1, log.DurableEndOffset);
        Assert.Equal(2, _context.Failures.Count);
        Assert.Contains(_context.Lines, l => l.StartsWith("error", StringComparison.Ordinal) && l.Contains("offline", StringComparison.Ordinal));
        Assert.Equal(ErrorCode.KafkaStorageError, _context.Append(other, _context.Batch(1)).Error);
        Assert.Equal(ErrorCode.KafkaStorageError, _context.Get(() => log.Read(0, 100, 1, true)).Error);
        Assert.False(_context.Get(() => log.Close(clean: true)));
    }

    [Fact]
    public void A_full_disk_refuses_and_keeps_what_was_acknowledged()
    {
        var log = _context.OpenNew();
        _context.Append(log, _context.Batch(1));
        _context.Memory.CapacityBytes = 300;
        for (var i = 0; i < 5; i++)
        {
            _context.Append(log, _context.Batch(1));
        }

        var acknowledged = log.DurableEndOffset;
        Assert.True(log.IsOffline);
        _context.Memory.CapacityBytes = long.MaxValue;
        _context.Memory.Crash(null);
        var again = _context.Restart();
        Assert.True(again.OpenExisting().LogEndOffset >= acknowledged);
    }

    [Fact]
    public void A_duplicate_of_the_last_five_batches_gets_its_first_offset()
    {
        var log = _context.OpenNew();
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(i * 2, _context.Append(log, _context.Batch(2, producerId: 9, epoch: 0, sequence: i * 2)).BaseOffset);
        }

        for (var i = 1; i < 6; i++)
        {
            var again = _context.Append(log, _context.Batch(2, producerId: 9, epoch: 0, sequence: i * 2));
            Assert.Equal((ErrorCode.None, true, i * 2L), (again.Error, again.IsDuplicate, again.BaseOffset));
        }

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, _context.Append(log, _context.Batch(2, producerId: 9, epoch: 0, sequence: 0)).Error);
        Assert.Equal(12, log.LogEndOffset);
    }

    [Theory]
    [InlineData(0, 14, ErrorCode.OutOfOrderSequenceNumber)]
    [InlineData(0, 13, ErrorCode.None)]
    [InlineData(-1, 0, ErrorCode.InvalidProducerEpoch)]
    [InlineData(1, 1, ErrorCode.OutOfOrderSequenceNumber)]
    [InlineData(1, 0, ErrorCode.None)]
    public void Sequences_and_epochs_are_checked_as_Kafka_does(int epochStep, int sequence, ErrorCode expected)
    {
        var log = _context.OpenNew();
        Assert.Equal(ErrorCode.None, _context.Append(log, _context.Batch(3, producerId: 9, epoch: 4, sequence: 10)).Error);
        Assert.Equal(expected, _context.Append(log, _context.Batch(1, producerId: 9, epoch: (short)(4 + epochStep), sequence: sequence)).Error);
    }

    [Fact]
    public void Sequences_wrap_to_zero()
    {
        var log = _context.OpenNew();
        Assert.Equal(ErrorCode.None, _context.Append(log, _context.Batch(2, producerId: 9, epoch: 0, sequence: int.MaxValue - 1)).Error);
        Assert.Equal(ErrorCode.None, _context.Append(log, _context.Batch(2, producerId: 9, epoch: 0, sequence: 0)).Error);
        Assert.True(_context.Append(log, _context.Batch(2, producerId: 9, epoch: 0, sequence: int.MaxValue - 1)).IsDuplicate);
    }

    [Fact]
    public void Duplicates_are_known_after_a_clean_restart_and_after_a_crash()
    {
        var log = _context.OpenNew(s_small);
        for (var i = 0; i < 30; i++)
        {
            _context.Append(log, _context.Batch(1, producerId: 9, epoch: 0, sequence: i));
        }

        _context.Do(() => log.Close(clean: true));
        _context.Directory.WriteCleanShutdownMarker(7);
        var second = _context.Restart();
        var reopened = second.OpenExisting(s_small);
        Assert.Equal(7, second.Directory.PreviousBrokerEpoch);
        Assert.True(second.Append(reopened, _context.Batch(1, producerId: 9, epoch: 0, sequence: 29)).IsDuplicate);
        Assert.Equal(30, second.Append(reopened, _context.Batch(1, producerId: 9, epoch: 0, sequence: 30)).BaseOffset);
        second.Memory.Crash(null);
        var third = second.Restart();
        var recovered = third.OpenExisting(s_small);
        Assert.True(third.Append(recovered, _context.Batch(1, producerId: 9, epoch: 0, sequence: 30)).IsDuplicate);
        Assert.True(third.Append(recovered, _context.Batch(1, producerId: 9, epoch: 0, sequence: 28)).IsDuplicate);
    }

    [Fact]
    public void A_read_gives_whole_batches_within_its_bounds()
    {
        var log = _context.OpenNew(s_small);
        for (var i = 0; i < 40; i++)
        {
            _context.Append(log, _context.Batch(2));
        }

        var size = _context.Batch(2).Length;
        Assert.True(log.SegmentCount > 3);
        _context.Do(() =>
        {
            for (var start = 0; start < 80; start++)
            {
                var one = log.Read(start, size, 80, minOneBatch: false);
                Assert.Equal((size, start & ~1), (one.Range.SizeBytes, one.FirstBatchOffset));
                one.Release();
                Assert.True(log.Read(start, size - 1, 80, minOneBatch: false).IsEmpty);
                var forced = log.Read(start, 1, 80, minOneBatch: true);
                Assert.Equal(size, forced.Range.SizeBytes);
                forced.Release();
                Assert.True(log.Read(start, size, (start & ~1) + 1, minOneBatch: true).IsEmpty);
                var bounded = log.Read(start, 1 << 20, Math.Min(80, (start & ~1) + 3), minOneBatch: true);
                Assert.Equal(size, bounded.Range.SizeBytes);
                bounded.Release();
            }

            Assert.True(log.Read(80, 100, 80, true).IsEmpty);
            Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(81, 100, 80, true).Error);
            Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(-1, 100, 80, true).Error);
        });
    }

    [Fact]
    public void A_segment_that_is_read_survives_its_deletion()
    {
        var config = s_small with { RetentionBytes = 1 };
        var log = _context.OpenNew(config);
        var first = _context.Batch(2);
        _context.Append(log, first);
        for (var i = 0; i < 40; i++)
        {
            _context.Append(log, _context.Batch(2));
        }

        var read = _context.Get(() => log.Read(0, 1, 2, minOneBatch: true));
        _context.Do(() =>
        {
            log.SetHighWatermark(log.LogEndOffset);
            Assert.True(log.ApplyRetention(_context.Clock.WallClockMs) > 2);
        });
        _context.Clock.Advance(100);
        _context.Do(static () => { });
        Assert.DoesNotContain(_context.Disk.ListFiles(log.Path), n => n.EndsWith(".deleted", StringComparison.Ordinal));
        var bytes = new byte[read.Range.SizeBytes];
        Assert.Equal(bytes.Length, read.Range.File.Read(read.Range.Position, bytes));
        Assert.Equal(first, bytes);
        _context.Do(read.Release);
        Assert.Equal(ErrorCode.OffsetOutOfRange, _context.Get(() => log.Read(0, 1, 2, true)).Error);
        Assert.Throws<ObjectDisposedException>(() => read.Range.File.Read(0, bytes));
    }

    [Fact]
    public void Retention_by_time_rolls_and_empties_a_log_that_is_all_too_old_and_keeps_what_is_not_replicated()
    {
        var log = _context.OpenNew(s_small with { RetentionMs = 5000 });
        for (var i = 0; i < 20; i++)
        {
            _context.Append(log, _context.Batch(2, timestamp: 1000));
        }

        Assert.Equal(0, _context.Get(() => log.ApplyRetention(_context.Clock.WallClockMs)));
        _context.Do(() => log.SetHighWatermark(log.LogEndOffset));
        Assert.True(_context.Get(() => log.ApplyRetention(_context.Clock.WallClockMs)) > 1);
        Assert.Equal((40, 40, 1), (log.LogStartOffset, log.LogEndOffset, log.SegmentCount));
        _context.Memory.Crash(null);
        var recovered = _context.Restart().OpenExisting(s_small);
        Assert.Equal((40, 40), (recovered.LogStartOffset, recovered.LogEndOffset));
    }

    [Fact]
    public void An_emptied_log_knows_after_a_crash_where_the_epoch_of_its_records_ended()
    {
        var log = _context.OpenNew(s_small with { RetentionMs = 5000 });
        _context.Append(log, _context.Batch(2, timestamp: 1000), leaderEpoch: 3);
        _context.Do(() => log.SetHighWatermark(2));
        Assert.Equal(1, _context.Get(() => log.ApplyRetention(_context.Clock.WallClockMs)));
        Assert.Equal((3, 2), log.EndOffsetForLeaderEpoch(3));
        _context.Memory.Crash(null);
        var recovered = _context.Restart().OpenExisting(s_small);
        Assert.Equal((3, 2), recovered.EndOffsetForLeaderEpoch(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_first_batch_that_cannot_be_read_takes_the_directory_offline_when_its_age_is_asked_for(bool appends)
    {
        var before = _context.OpenNew();
        _context.Append(before, _context.Batch(1));
        _context.Do(() => before.Close(clean: true));
        _context.Directory.WriteCleanShutdownMarker(7);
        var next = _context.Restart();
        var log = next.OpenExisting();
        next.Memory.ReadFault = path => path.EndsWith(".log", StringComparison.Ordinal) ? new IOException("medium error") : null;
        if (!appends)
        {
            next.Do(() => log.MaybeRoll(next.Clock.WallClockMs));
        }

        Assert.Equal(ErrorCode.KafkaStorageError, next.Append(log, next.Batch(1)).Error);
        Assert.True(log.IsOffline);
        Assert.Equal((1, 1), (log.LogEndOffset, log.WrittenEndOffset));
        Assert.Single(next.Failures);
    }

    [Fact]
    public void Truncation_cuts_indexes_epochs_and_producers_too()
    {
        var log = _context.OpenNew(s_small);
        for (var i = 0; i < 40; i++)
        {
            _context.Append(log, _context.Batch(2, producerId: 9, epoch: 0, sequence: i * 2), leaderEpoch: i / 10);
        }

        Assert.Equal((1, 40), log.EndOffsetForLeaderEpoch(1));
        Assert.True(_context.Get(() => log.TruncateTo(31)));
        Assert.Equal((30, 1), (log.LogEndOffset, log.LatestLeaderEpoch));
        Assert.True(_context.Append(log, _context.Batch(2, producerId: 9, epoch: 0, sequence: 28), 5).IsDuplicate);
        Assert.Equal(30, _context.Append(log, _context.Batch(2, producerId: 9, epoch: 0, sequence: 30), 5).BaseOffset);
        Assert.Equal(16, _context.ReadAll(log).Count);
        Assert.True(_context.Get(() => log.TruncateFullyAndStartAt(1000)));
        Assert.Equal((1000, 1000, -1), (log.LogStartOffset, log.LogEndOffset, log.LatestLeaderEpoch));
        Assert.Equal(1000, _context.Append(log, _context.Batch(1), 6).BaseOffset);
    }

    [Fact]
    public void Transactions_hold_the_last_stable_offset_and_aborted_ones_are_listed_also_after_a_crash()
    {
        var log = _context.OpenNew(s_small);
        _context.Append(log, _context.Batch(2, producerId: 1, epoch: 0, sequence: 0, transactional: true));
        _context.Append(log, _context.Batch(2, producerId: 2, epoch: 0, sequence: 0, transactional: true));
        _context.Append(log, _context.Marker(2, 0, commit: true));
        _context.Do(() => log.SetHighWatermark(5));
        Assert.Equal(0, log.LastStableOffset);
        _context.Append(log, _context.Marker(1, 0, commit: false));
        _context.Do(() => log.SetHighWatermark(6));
        Assert.Equal(6, log.LastStableOffset);
        Check(_context, log);
        _context.Memory.Crash(null);
        var again = _context.Restart();
        Check(again, again.OpenExisting(s_small));

        static void Check(LogContext context, PartitionLog log)
        {
            var read = context.Get(() => log.Read(0, 1 << 20, 6, minOneBatch: true, withAborted: true));
            Assert.Equal([new AbortedTransaction(1, 0, 5, 6)], read.AbortedTransactions!);
            context.Do(read.Release);
        }
    }

    [Fact]
    public void Times_are_found_to_the_record_in_every_codec_and_segment()
    {
        var log = _context.OpenNew(s_small);
        for (var i = 0; i < 50; i++)
        {
            _context.Append(log, _context.Batch(4, timestamp: 10_000 + (i * 10)));
        }

        for (var i = 0; i < 50; i++)
        {
            var found = _context.Get(() => log.FindOffsetByTimestamp(10_000 + (i * 10) + 2, 200));
            Assert.Equal(new TimestampOffset(10_000 + (i * 10) + 2, (i * 4) + 2, 0), found);
        }

        Assert.Null(_context.Get(() => log.FindOffsetByTimestamp(20_000, 200)));
        Assert.Equal(199, _context.Get(() => log.FindMaxTimestamp(200))!.Value.Offset);
    }

    [Fact]
    public void Deleting_records_moves_the_start_and_never_beyond_the_high_watermark()
    {
        var log = _context.OpenNew(s_small);
        for (var i = 0; i < 40; i++)
        {
            _context.Append(log, _context.Batch(2));
        }

        Assert.False(_context.Get(() => log.DeleteRecordsBefore(1)));
        _context.Do(() => log.SetHighWatermark(50));
        Assert.True(_context.Get(() => log.DeleteRecordsBefore(33)));
        Assert.Equal(33, log.LogStartOffset);
        Assert.Equal(ErrorCode.OffsetOutOfRange, _context.Get(() => log.Read(32, 100, 50, true)).Error);
        Assert.Equal(32, _context.Get(() => log.Read(33, 100, 50, true)).FirstBatchOffset);
        Assert.True(log.Segments[0].BaseOffset > 0);
    }

    [Fact]
    public void A_deleted_log_leaves_under_another_name_first()
    {
        var log = _context.OpenNew(s_small);
        _context.Append(log, _context.Batch(2));
        Assert.True(_context.Get(() => log.Delete("0123456789abcdef0123456789abcdef")));
        Assert.Empty(_context.Directory.ListPartitions());
        Assert.Equal(["orders-0.0123456789abcdef0123456789abcdef-delete"], _context.Disk.ListDirectories(LogContext.Root));
        _context.Memory.Crash(null);
        var again = _context.Restart();
        Assert.Empty(again.Directory.ListPartitions());
        Assert.Equal(1, again.Directory.RemoveDeleted());
    }

    [Fact]
    public void A_directory_of_another_cluster_node_or_version_or_in_use_is_refused_with_a_reason()
    {
        _context.Directory.Format(new MetaProperties("cluster-a", 1, new Uuid(1, 2)));
        Assert.Contains("in use", Assert.Throws<IOException>(() => Open(null, null)).Message, StringComparison.Ordinal);
        _context.Directory.Dispose();
        Assert.Contains("belongs to cluster cluster-a", Assert.Throws<InvalidDataException>(() => Open("cluster-b", 1)).Message, StringComparison.Ordinal);
        Assert.Contains("belongs to node 1", Assert.Throws<InvalidDataException>(() => Open("cluster-a", 2)).Message, StringComparison.Ordinal);
        using (var file = _context.Disk.Open(LogContext.Root + "/meta.properties", Kernel.Ports.FileOpening.Empty))
        {
            file.Write(0, "version=2\n"u8);
        }

        Assert.Contains("version is '2'", Assert.Throws<InvalidDataException>(() => Open(null, null)).Message, StringComparison.Ordinal);

        LogDirectory Open(string? cluster, int? node) => LogDirectory.Open(_context.Disk, LogContext.Root, _context, cluster, node);
    }
}
