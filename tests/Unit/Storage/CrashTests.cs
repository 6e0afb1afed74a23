using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Tests.Shared;

namespace Deterministic.Storage.Tests;

/// <summary>Power loss at every single step of a script: what was durable is there, in order, and nothing else than what was sent.</summary>
public class CrashTests
{
    private static readonly LogConfig s_config = LogConfig.Default with
    {
        SegmentBytes = 700, IndexIntervalBytes = 100, RetentionMs = -1, FileDeleteDelayMs = 0,
        IsCompact = true, IsDelete = true, MinCleanableDirtyRatio = 0,
    };

    [Fact]
    public void Appends_rolls_and_a_clean_stop_lose_nothing_durable_at_any_step() => Enumerate(Appends, compacts: false);

    [Fact]
    public void Retention_loses_nothing_above_the_log_start_at_any_step() => Enumerate(Retention, compacts: false);

    [Fact]
    public void Compaction_keeps_the_last_value_of_each_key_at_any_step() => Enumerate(Compaction, compacts: true);

    /// <summary>The directory was made and its parent could not be synced: whoever opens it next must see to that.</summary>
    [Fact]
    public void A_directory_whose_making_failed_is_durable_once_the_log_is_open()
    {
        var context = new LogContext();
        context.Memory.SyncAll();
        context.Memory.Fault = static (doing, path) => doing == "syncdir" && path == LogContext.Root ? new IOException("not today") : null;
        Assert.Throws<IOException>(() => context.OpenNew(s_config));
        context.Memory.Fault = null;

        var log = context.OpenNew(s_config);
        AppendMany(context, log, 3);
        Assert.Equal(log.LogEndOffset, context.Durable[^1]);
        context.Memory.Crash(null);

        Assert.Equal(log.LogEndOffset, context.Restart().OpenExisting(s_config).LogEndOffset);
    }

    private static void Appends(LogContext context, PartitionLog log, List<long> checkpoints)
    {
        AppendMany(context, log, 14);
        Checkpoint(context, log);
        AppendMany(context, log, 6);
        context.Do(() => log.Close(clean: true));
        Checkpoint(context, log);
        context.Directory.WriteCleanShutdownMarker(3);
        checkpoints.Add(log.LogEndOffset);
    }

    private static void Retention(LogContext context, PartitionLog log, List<long> checkpoints)
    {
        AppendMany(context, log, 16);
        context.Do(() => log.SetHighWatermark(log.DurableEndOffset));
        log.Config = s_config with { RetentionBytes = 1500 };
        context.Do(() => log.ApplyRetention(context.Clock.WallClockMs));
        context.Clock.Advance(10);
        AppendMany(context, log, 3);
        checkpoints.Add(log.LogEndOffset);
    }

    private static void Compaction(LogContext context, PartitionLog log, List<long> checkpoints)
    {
        AppendMany(context, log, 16);
        context.Do(() => log.SetHighWatermark(log.DurableEndOffset));
        var cleaner = new LogCleaner();
        Assert.True(context.Get(() => cleaner.TryStart(log, 0, context.Clock.WallClockMs)));
        for (var i = 0; i < 200 && cleaner.Log is not null; i++)
        {
            context.Do(() => cleaner.Work(150));
        }

        Assert.Null(cleaner.Log);
        context.Clock.Advance(10);
        AppendMany(context, log, 3);
        checkpoints.Add(log.LogEndOffset);
    }

    private static void Enumerate(Action<LogContext, PartitionLog, List<long>> script, bool compacts)
    {
        var step = 1;
        var done = false;
        for (; !done; step++)
        {
            foreach (var seed in (int[])[-1, 1, 2, 3])
            {
                done |= RunOnce(script, compacts, step, seed);
            }
        }

        Assert.True(step > 40, $"only {step} steps");
    }

    /// <summary>True when the script ended before the step.</summary>
    private static bool RunOnce(Action<LogContext, PartitionLog, List<long>> script, bool compacts, int step, int seed)
    {
        var context = new LogContext();
        var log = context.OpenNew(s_config);
        var memory = context.Memory;
        memory.SyncAll();
        var start = memory.Steps;
        memory.PowerLossAtStep = start + step;
        var ended = true;
        try
        {
            script(context, log, []);
        }
        catch (PowerLossException)
        {
            ended = false;
        }

        var durable = context.Durable.LastOrDefault();
        memory.Crash(seed < 0 ? null : new SeededRandom((ulong)((step * 10) + seed)));
        Verify(context, compacts, durable, $"step {step} seed {seed}");
        return ended;
    }

    private static void Verify(LogContext before, bool compacts, long durable, string at)
    {
        var context = before.Restart();
        var log = context.OpenExisting(s_config);
        Assert.True(log.LogEndOffset >= durable, $"{at}: end {log.LogEndOffset}, durable {durable}");
        var found = new SortedDictionary<long, int>();
        foreach (var batch in context.ReadAll(log))
        {
            var view = new RecordBatchView(batch);
            foreach (var record in view.Records)
            {
                found.Add(view.Header.BaseOffset + record.OffsetDelta, record.Key[0]);
            }
        }

        if (!compacts)
        {
            Assert.Equal(log.LogEndOffset - log.LogStartOffset, found.Count);
            Assert.True(log.LogStartOffset <= durable, at);
        }

        for (var key = 'a'; key <= 'd'; key++)
        {
            // Offset o carries key a + o % 4: the last durable record of each key must be there.
            var last = durable - 1;
            while (last >= 0 && 'a' + (last % 4) != key)
            {
                last--;
            }

            Assert.True(last < log.LogStartOffset || found.ContainsKey(last), $"{at}: key {key} at {last}");
        }

        Assert.All(found, f => Assert.Equal('a' + (f.Key % 4), f.Value));
        CheckProducer(context, log, at);
    }

    /// <summary>The producer state equals a replay of the log: the next sequence is taken, the last batch is a duplicate.</summary>
    private static void CheckProducer(LogContext context, PartitionLog log, string at)
    {
        var end = (int)log.LogEndOffset;
        if (end > log.LogStartOffset)
        {
            Assert.True(context.Append(log, Batch(context, end - 2)).IsDuplicate, at);
        }

        var next = context.Append(log, Batch(context, end));
        Assert.Equal((ErrorCode.None, end, at), (next.Error, (int)next.BaseOffset, at));
    }

    private static void AppendMany(LogContext context, PartitionLog log, int batches)
    {
        for (var i = 0; i < batches; i += 2)
        {
            context.Do(() =>
            {
                Assert.Equal(ErrorCode.None, log.AppendAsLeader(Batch(context, (int)log.LogEndOffset), 1 + (int)(log.LogEndOffset / 16)).Error);
                Assert.Equal(ErrorCode.None, log.AppendAsLeader(Batch(context, (int)log.LogEndOffset), 1 + (int)(log.LogEndOffset / 16)).Error);
            });
        }
    }

    private static byte[] Batch(LogContext context, int offset) => context.Batch(
        2, 1000 + offset, producerId: 5, epoch: 0, sequence: offset, key: i => ((char)('a' + ((offset + i) % 4))).ToString());

    private static void Checkpoint(LogContext context, PartitionLog log) =>
        context.Directory.WriteRecoveryPoints(new Dictionary<TopicPartition, long> { [log.TopicPartition] = log.RecoveryPoint });
}
