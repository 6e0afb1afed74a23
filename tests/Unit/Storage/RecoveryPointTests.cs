using Deterministic.Kernel.Ports;
using Deterministic.Protocol;

namespace Deterministic.Storage.Tests;

/// <summary>How far a start trusts recovery-point-offset-checkpoint.</summary>
public class RecoveryPointTests
{
    private static readonly LogConfig s_config = LogConfig.Default with { SegmentBytes = 700 };

    [Fact]
    public void A_recovery_point_beyond_the_end_says_nothing_and_every_segment_is_checked()
    {
        var context = Damaged(recoveryPointBeyondEnd: 100);
        var log = context.OpenExisting(s_config);
        Assert.Equal(1, log.LogEndOffset);
        Assert.Contains(context.Lines, line => line.Contains("every segment is checked", StringComparison.Ordinal));
    }

    [Fact]
    public void Segments_below_the_recovery_point_are_not_read()
    {
        var context = Damaged(recoveryPointBeyondEnd: 0);
        Assert.Equal(16, context.OpenExisting(s_config).LogEndOffset);
    }

    /// <summary>A log of several segments whose second batch has a flipped bit, after a stop that was not clean.</summary>
    private static LogContext Damaged(int recoveryPointBeyondEnd)
    {
        var context = new LogContext();
        var log = context.OpenNew(s_config);
        for (var i = 0; i < 16; i++)
        {
            context.Append(log, context.Batch(1, value: new string('v', 100)));
        }

        Assert.True(log.SegmentCount > 2);
        context.Directory.WriteRecoveryPoints(new Dictionary<TopicPartition, long> { [LogContext.Orders] = log.LogEndOffset + recoveryPointBeyondEnd });
        var path = DiskPath.Join(log.Path, "00000000000000000000.log");
        context.Memory.KillProcess();
        using (var file = context.Disk.Open(path, FileOpening.Existing))
        {
            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            file.Write(bytes.Length / 4 * 2, [(byte)(bytes[bytes.Length / 4 * 2] ^ 1)]);
        }

        return context.Restart();
    }
}
