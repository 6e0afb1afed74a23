using System.Text;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;

namespace Deterministic.Storage.Tests;

/// <summary>How far a start trusts recovery-point-offset-checkpoint.</summary>
public class RecoveryPointTests
{
    private static readonly LogConfig s_config = LogConfig.Default with { SegmentBytes = 700 };

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    public void A_recovery_point_beyond_the_end_says_nothing_and_every_segment_is_checked(int flippedAt)
    {
        var context = Damaged(100, flippedAt);
        var log = context.OpenExisting(s_config);
        Assert.Equal(1, log.LogEndOffset);
        Assert.Contains(context.Lines, line => line.Contains("every segment is checked", StringComparison.Ordinal));
    }

    [Fact]
    public void Segments_below_the_recovery_point_are_not_read()
    {
        var context = Damaged(0, 90);
        Assert.Equal(16, context.OpenExisting(s_config).LogEndOffset);
    }

    /// <summary>The records of a segment were flushed before it was sealed; its indexes are written by that, and flushed with the next round.</summary>
    [Fact]
    public void The_indexes_of_a_segment_that_ends_at_the_recovery_point_are_not_trusted()
    {
        var context = new LogContext();
        var log = context.OpenNew(s_config);
        while (log.SegmentCount < 2)
        {
            context.Append(log, context.Batch(1, value: new string('v', 100)));
        }

        context.Directory.WriteRecoveryPoints(new Dictionary<TopicPartition, long> { [LogContext.Orders] = log.Active.BaseOffset });
        context.Memory.KillProcess();
        using (var file = context.Disk.Open(DiskPath.Join(log.Path, "00000000000000000000.timeindex"), FileOpening.Existing))
        {
            file.Write(0, new byte[file.Length]);
        }

        var opened = context.Restart().OpenExisting(s_config);
        Assert.Equal(1000, opened.Segments[0].Times.Last.Timestamp);
    }

    /// <summary>log.durability=memory: the name of the next segment may survive a loss of power that the records before it do not.</summary>
    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public void An_empty_segment_behind_records_that_were_lost_is_no_end(bool isCompact, long expectedEnd)
    {
        var config = LogConfig.Default with { Durability = Durability.Memory, IsCompact = isCompact, SegmentMs = 1000 };
        var context = new LogContext();
        var log = context.OpenNew(config);
        var batch = context.Batch(1);
        context.Append(log, batch);
        context.Append(log, context.Batch(1));
        context.Append(log, context.Batch(1));
        context.Do(() => log.SetHighWatermark(log.LogEndOffset));
        context.Clock.Advance(100_000);
        context.Do(() => log.MaybeRoll(context.Clock.WallClockMs));
        Assert.Equal(2, log.SegmentCount);
        context.Memory.KillProcess();
        using (var file = context.Disk.Open(log.Segments[0].LogPath, FileOpening.Existing))
        {
            file.SetLength(2 * batch.Length);
        }

        var after = context.Restart();
        var opened = after.OpenExisting(config);
        Assert.Equal(expectedEnd, opened.LogEndOffset);
        Assert.Equal(expectedEnd, after.Append(opened, after.Batch(1)).BaseOffset);
    }

    /// <summary>The epochs were cut durably, the renames of retention were not: the segments are back.</summary>
    [Fact]
    public void Segments_that_come_back_have_their_epochs_again()
    {
        var context = new LogContext();
        var log = context.OpenNew(s_config);
        while (log.SegmentCount < 3)
        {
            context.Append(log, context.Batch(1, value: new string('v', 100)));
        }

        var before = context.Get(() => log.LeaderEpochs.ToArray());
        context.Memory.KillProcess();
        using (var file = context.Disk.Open(DiskPath.Join(log.Path, "leader-epoch-checkpoint"), FileOpening.Existing))
        {
            var text = Encoding.ASCII.GetBytes($"0\n1\n{before[0].Epoch} {log.Active.BaseOffset}\n");
            file.SetLength(0);
            file.Write(0, text);
        }

        var after = context.Restart();
        var opened = after.OpenExisting(s_config);
        Assert.Equal(before, after.Get(() => opened.LeaderEpochs.ToArray()));
    }

    /// <summary>A flush that failed in the earlier life may have left pages that count as clean: only what is written again is flushed again.</summary>
    [Fact]
    public void What_lies_behind_the_recovery_point_is_written_again_before_it_is_flushed()
    {
        var context = new LogContext();
        var log = context.OpenNew(s_config);
        context.Append(log, context.Batch(1));
        context.Memory.KillProcess();
        var next = context.Restart();
        List<string> trace = [];
        next.Memory.Trace = trace;
        next.OpenExisting(s_config);
        var written = trace.FindIndex(step => step.EndsWith("write " + DiskPath.Join(log.Path, "00000000000000000000.log"), StringComparison.Ordinal));
        var flushed = trace.FindIndex(step => step.EndsWith("flush " + DiskPath.Join(log.Path, "00000000000000000000.log"), StringComparison.Ordinal));
        Assert.InRange(written, 0, flushed - 1);
    }

    /// <summary>A log of several segments whose second batch has a flipped bit, after a stop that was not clean.</summary>
    private static LogContext Damaged(int recoveryPointBeyondEnd, int flippedAt)
    {
        var context = new LogContext();
        var log = context.OpenNew(s_config);
        var size = 0;
        for (var i = 0; i < 16; i++)
        {
            var batch = context.Batch(1, value: new string('v', 100));
            size = batch.Length;
            context.Append(log, batch);
        }

        Assert.True(log.SegmentCount > 2);
        context.Directory.WriteRecoveryPoints(new Dictionary<TopicPartition, long> { [LogContext.Orders] = log.LogEndOffset + recoveryPointBeyondEnd });
        var path = DiskPath.Join(log.Path, "00000000000000000000.log");
        context.Memory.KillProcess();
        using (var file = context.Disk.Open(path, FileOpening.Existing))
        {
            var position = size + flippedAt;
            var bytes = new byte[1];
            file.Read(position, bytes);
            file.Write(position, [(byte)(bytes[0] ^ 1)]);
        }

        return context.Restart();
    }
}
