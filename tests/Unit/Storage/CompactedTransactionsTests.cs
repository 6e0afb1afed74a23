using System.Text;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Tests.Shared;

namespace Deterministic.Storage.Tests;

/// <summary>Compaction of a log with transactions: markers stay as long as they end something and are known, and no step of it may be interrupted to anybody's harm.</summary>
public class CompactedTransactionsTests
{
    private const int DeleteRetentionMs = 1000;
    private const int Transactions = 9;
    private static readonly LogConfig s_config = LogConfig.Default with
    {
        SegmentBytes = 450, IndexIntervalBytes = 100, RetentionMs = -1, FileDeleteDelayMs = 0,
        IsCompact = true, IsDelete = false, MinCleanableDirtyRatio = 0, DeleteRetentionMs = DeleteRetentionMs,
    };

    private sealed record Written(long Offset, string Key, bool IsAborted);

    [Fact]
    public void A_marker_stays_while_records_of_its_transaction_do_and_then_until_its_horizon()
    {
        var context = new LogContext();
        var log = context.OpenNew(s_config);
        context.Append(log, Batch(context, 7, 0, "old"));
        var marker = context.Append(log, context.Marker(7, 0, commit: false)).BaseOffset;
        context.Append(log, Batch(context, 7, 1, "last of the producer"));
        context.Append(log, context.Marker(7, 0, commit: true));
        Fill(context, log);

        Clean(context, log);
        Assert.DoesNotContain(context.ReadAll(log), batch => new RecordBatchHeader(batch).BaseOffset == 0);
        Assert.False(HorizonOf(context, log, marker));

        // Of what it ended nothing is left, so it is stamped now, and goes when the horizon has passed.
        Fill(context, log);
        Clean(context, log);
        Assert.True(HorizonOf(context, log, marker));
        Fill(context, log);
        Clean(context, log);
        Assert.True(HorizonOf(context, log, marker));
        context.Clock.Advance(DeleteRetentionMs + 1);
        Fill(context, log);
        Clean(context, log);
        Assert.Null(HorizonOf(context, log, marker));

        // The last batch of the producer is there, without its record if need be, and so is the marker that ends it.
        Assert.False(HorizonOf(context, log, marker + 2));
        context.Memory.Crash(null);
        var again = context.Restart();
        var reopened = again.OpenExisting(s_config);
        again.Do(() => reopened.SetHighWatermark(reopened.LogEndOffset));
        Assert.Equal(reopened.LogEndOffset, reopened.LastStableOffset);
        Assert.True(again.Append(reopened, Batch(again, 7, 1, "last of the producer")).IsDuplicate);
    }

    [Fact]
    public void A_pass_over_more_keys_than_there_is_memory_for_ends_earlier_and_the_next_goes_on()
    {
        var context = new LogContext();
        var log = context.OpenNew(s_config with { SegmentBytes = 20_000 });
        for (var i = 0; i < 400; i++)
        {
            context.Append(log, context.Batch(1, key: _ => "k" + (i % 200)));
        }

        Fill(context, log, 200);
        var cleaner = new LogCleaner();
        cleaner.LimitKeys(64 * 24, 0.5);
        var first = Pass(context, log, cleaner, 0);
        Assert.InRange(first, 32, 200);
        var upTo = first;
        for (var pass = 0; pass < 50 && upTo < log.Active.BaseOffset; pass++)
        {
            upTo = Pass(context, log, cleaner, upTo);
        }

        Assert.Equal(log.Active.BaseOffset, upTo);
        Assert.True(cleaner.TakeIoBytes() > 0);
        Assert.Equal(0, cleaner.TakeIoBytes());
        var offsets = context.ReadAll(log).Select(batch => new RecordBatchHeader(batch).BaseOffset).Where(offset => offset < 400).ToList();
        Assert.Equal(Enumerable.Range(200, 200).Select(i => (long)i), offsets);
    }

    [Fact]
    public void Power_loss_at_any_step_of_a_cleaning_shows_no_aborted_record_and_loses_no_committed_one()
    {
        var step = 1;
        for (var hasEnded = false; !hasEnded; step++)
        {
            foreach (var seed in (int[])[-1, 1, 2])
            {
                hasEnded |= RunOnce(step, seed);
            }
        }

        Assert.True(step > 80, $"only {step} steps");
    }

    /// <summary>True when the script ended before the step.</summary>
    private static bool RunOnce(int step, int seed)
    {
        var context = new LogContext();
        var log = context.OpenNew(s_config);
        context.Memory.SyncAll();
        var written = new List<Written>();
        var hasEnded = true;
        Write(context, log, written);
        context.Memory.PowerLossAtStep = context.Memory.Steps + step;
        try
        {
            Clean(context, log);
            context.Clock.Advance(DeleteRetentionMs + 1);
            Write(context, log, written);
            Clean(context, log);
        }
        catch (PowerLossException)
        {
            hasEnded = false;
        }

        var durable = context.Durable.LastOrDefault();
        context.Memory.Crash(seed < 0 ? null : new SeededRandom((ulong)((step * 10) + seed)));
        var again = context.Restart();
        var reopened = again.OpenExisting(s_config);
        Assert.True(reopened.LogEndOffset >= durable, $"step {step} seed {seed}: end {reopened.LogEndOffset}, durable {durable}");
        Verify(written, Visible(again, reopened), Math.Min(durable, reopened.LastStableOffset), $"step {step} seed {seed}");
        return hasEnded;
    }

    private static void Verify(List<Written> written, Dictionary<long, string> visible, long stable, string at)
    {
        foreach (var (offset, key) in visible)
        {
            Assert.True(written.Exists(one => one.Offset == offset && one.Key == key && !one.IsAborted), $"{at}: {key} at {offset} is seen");
        }

        foreach (var last in written.Where(one => !one.IsAborted && one.Offset < stable).GroupBy(one => one.Key).Select(group => group.Last()))
        {
            Assert.True(visible.ContainsKey(last.Offset), $"{at}: {last.Key} at {last.Offset} is not seen; stable up to {stable}");
        }
    }

    /// <summary>Two producers with a transaction each at a time, every third of them aborted, and records of no transaction between them.</summary>
    private static void Write(LogContext context, PartitionLog log, List<Written> written)
    {
        var first = written.Count(one => one.Key.StartsWith('t'));
        for (var i = first; i < first + Transactions; i++)
        {
            var isAborted = i % 3 == 0;
            var key = "t" + (i % 4);
            written.Add(new Written(log.LogEndOffset, key, isAborted));
            context.Append(log, Batch(context, 10 + (i % 2), i / 2, key));
            written.Add(new Written(log.LogEndOffset, "p" + (i % 2), false));
            context.Append(log, context.Batch(1, key: _ => "p" + (i % 2)));
            context.Append(log, context.Marker(10 + (i % 2), 0, !isAborted));
        }
    }

    /// <summary>What a read_committed reader sees.</summary>
    private static Dictionary<long, string> Visible(LogContext context, PartitionLog log)
    {
        context.Do(() => log.SetHighWatermark(log.LogEndOffset));
        var aborted = log.Segments.SelectMany(segment => segment.Transactions.Entries).ToList();
        var visible = new Dictionary<long, string>();
        foreach (var bytes in context.ReadAll(log))
        {
            var batch = new RecordBatchView(bytes);
            var header = batch.Header;
            var (id, first, last) = (header.ProducerId, header.BaseOffset, header.LastOffset);
            var isHidden = header.Attributes.IsControl || last >= log.LastStableOffset || (header.Attributes.IsTransactional
                && aborted.Exists(one => one.ProducerId == id && first >= one.FirstOffset && last <= one.LastOffset));
            foreach (var record in batch.Records)
            {
                if (!isHidden)
                {
                    visible.Add(header.BaseOffset + record.OffsetDelta, Encoding.UTF8.GetString(record.Key));
                }
            }
        }

        return visible;
    }

    private static bool? HorizonOf(LogContext context, PartitionLog log, long offset)
    {
        foreach (var batch in context.ReadAll(log))
        {
            if (new RecordBatchHeader(batch) is var header && header.BaseOffset == offset)
            {
                return header.Attributes.HasDeleteHorizon;
            }
        }

        return null;
    }

    private static byte[] Batch(LogContext context, long producerId, int sequence, string key) =>
        context.Batch(1, producerId: producerId, epoch: 0, sequence: sequence, transactional: true, key: _ => key);

    private static void Fill(LogContext context, PartitionLog log, int batches = 12)
    {
        for (var i = 0; i < batches; i++)
        {
            Assert.Equal(ErrorCode.None, context.Append(log, context.Batch(1, key: static _ => "fill")).Error);
        }
    }

    private static void Clean(LogContext context, PartitionLog log) => log.CleanedUpTo = Pass(context, log, new LogCleaner(), log.CleanedUpTo);

    private static long Pass(LogContext context, PartitionLog log, LogCleaner cleaner, long from)
    {
        long? done = null;
        context.Do(() => log.SetHighWatermark(log.LogEndOffset));
        Assert.True(context.Get(() => cleaner.TryStart(log, from, context.Clock.WallClockMs)));
        for (var i = 0; i < 10_000 && cleaner.Log is not null; i++)
        {
            context.Do(() => done = cleaner.Work(200) ?? done);
        }

        return done!.Value;
    }
}
