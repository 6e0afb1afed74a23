using System.Text;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Storage.Tests;

public class LogCleanerTests
{
    private static readonly LogConfig s_config = LogConfig.Default with
    {
        SegmentBytes = 600, IsCompact = true, IsDelete = false, MinCleanableDirtyRatio = 0, DeleteRetentionMs = 1000, FileDeleteDelayMs = 0,
    };

    private readonly LogContext _context = new();

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Zstd)]
    public void The_last_value_of_each_key_stays_with_its_offset_and_time(CompressionCodec codec)
    {
        var log = _context.OpenNew(s_config);
        var model = new SortedDictionary<string, (long Offset, string Value)>(StringComparer.Ordinal);
        for (var i = 0; i < 60; i++)
        {
            var batch = Build(codec, 5000 + i, ($"k{i % 7}", $"v{i}"), ($"once{i % 50}", $"w{i}"));
            var result = _context.Append(log, batch);
            model[$"k{i % 7}"] = (result.BaseOffset, $"v{i}");
            model[$"once{i % 50}"] = (result.BaseOffset + 1, $"w{i}");
        }

        var before = log.SizeBytes;
        Clean(log, 0);
        Assert.True(log.SizeBytes < before);
        var active = log.Active.BaseOffset;
        var found = Records(log);
        foreach (var (key, (offset, value)) in model)
        {
            Assert.Contains((offset, 5000 + (offset / 2), key, (string?)value), found);
        }

        Assert.All(found.Where(f => f.Offset < active), f => Assert.True(model[f.Key].Offset == f.Offset || model[f.Key].Offset >= active));
        _context.Memory.Crash(null);
        var again = _context.Restart();
        Assert.Equal(found, Records(again.OpenExisting(s_config), again));
    }

    [Fact]
    public void Tombstones_are_stamped_with_a_horizon_and_go_when_it_has_passed()
    {
        var log = _context.OpenNew(s_config);
        _context.Append(log, Build(CompressionCodec.None, 1, ("a", "1")));
        _context.Append(log, Build(CompressionCodec.None, 2, ("a", null)));
        Fill(log);
        var upTo = Clean(log, 0);
        var stamped = _context.ReadAll(log).Select(b => new RecordBatchView(b).Header.Attributes.HasDeleteHorizon).ToList();
        Assert.Contains(true, stamped);
        Assert.Contains((1L, 2L, "a", (string?)null), Records(log));
        _context.Clock.Advance(2000);
        Fill(log);
        Clean(log, upTo);
        Assert.DoesNotContain(Records(log), r => r.Key == "a");
    }

    [Fact]
    public void Records_wait_for_the_cleaner_no_longer_than_the_maximum_lag()
    {
        var config = s_config with { SegmentBytes = 100_000, MinCleanableDirtyRatio = 2, MaxCompactionLagMs = 10_000 };
        var log = _context.OpenNew(config);
        var now = _context.Clock.WallClockMs;
        _context.Append(log, Build(CompressionCodec.None, now, ("a", "1")));
        _context.Append(log, Build(CompressionCodec.None, now, ("a", "2")));
        _context.Do(() => log.SetHighWatermark(log.LogEndOffset));
        _context.Clock.Advance(9_000);
        _context.Do(() => log.MaybeRoll(_context.Clock.WallClockMs));
        Assert.Equal(1, log.SegmentCount);
        _context.Clock.Advance(2_000);
        _context.Do(() => log.MaybeRoll(_context.Clock.WallClockMs));
        Assert.Equal(2, log.SegmentCount);
        log.Config = config with { MaxCompactionLagMs = long.MaxValue };
        Assert.False(_context.Get(() => new LogCleaner().TryStart(log, 0, _context.Clock.WallClockMs)));
        log.Config = config;
        Clean(log, 0);
        Assert.Equal([("a", "2")], Records(log).Select(r => (r.Key, r.Value)));
    }

    [Fact]
    public void A_producers_last_sequence_stays_as_an_empty_batch()
    {
        var log = _context.OpenNew(s_config);
        _context.Append(log, _context.Batch(1, producerId: 3, epoch: 1, sequence: 0, key: static _ => "x"));
        Fill(log, "x");
        Clean(log, 0);
        Assert.Contains(_context.ReadAll(log), b => new RecordBatchHeader(b) is { RecordCount: 0, ProducerId: 3 });
        _context.Memory.Crash(null);
        var again = _context.Restart();
        var reopened = again.OpenExisting(s_config);
        Assert.True(again.Append(reopened, again.Batch(1, producerId: 3, epoch: 1, sequence: 0)).IsDuplicate);
    }

    [Fact]
    public void Originals_are_durably_gone_before_the_replacement_has_their_name()
    {
        var log = _context.OpenNew(s_config);
        Fill(log);
        var trace = new List<string>();
        _context.Memory.Trace = trace;
        Clean(log, 0);
        CheckSyncedBeforeSwap(trace);

        // The same when a start finishes what a stop interrupted.
        var path = log.Segments[0].LogPath;
        _context.Memory.KillProcess();
        _context.Memory.Rename(path, path + ".swap");
        trace.Clear();
        var again = _context.Restart();
        again.OpenExisting(s_config);
        CheckSyncedBeforeSwap(trace);
    }

    [Fact]
    public void A_batch_that_was_damaged_on_the_disk_gets_no_new_crc()
    {
        var log = _context.OpenNew(s_config);
        Fill(log);
        var damaged = new RecordBatchHeader(_context.ReadAll(log)[0]);
        using (var file = _context.Disk.Open(log.Segments[0].LogPath, FileOpening.Existing))
        {
            file.Write((int)damaged.TotalBytes - 2, "Z"u8);
        }

        var before = log.SizeBytes;
        var cleaner = new LogCleaner();
        _context.Do(() => log.SetHighWatermark(log.LogEndOffset));
        Assert.True(_context.Get(() => cleaner.TryStart(log, 0, _context.Clock.WallClockMs)));
        for (var i = 0; i < 1000 && cleaner.Log is not null; i++)
        {
            _context.Do(() => Assert.Null(cleaner.Work(200)));
        }

        Assert.Equal(before, log.SizeBytes);
        Assert.Contains(_context.Lines, line => line.Contains("does not fit its CRC", StringComparison.Ordinal));
        Assert.False(_context.Get(() => cleaner.TryStart(log, 0, _context.Clock.WallClockMs)));
    }

    private static void CheckSyncedBeforeSwap(List<string> trace)
    {
        var swaps = Enumerable.Range(0, trace.Count).Where(i => trace[i].Contains(".log.swap -> ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(swaps);
        Assert.All(swaps, i => Assert.Contains(" syncdir ", trace[i - 1], StringComparison.Ordinal));
    }

    private void Fill(PartitionLog log, string key = "fill")
    {
        for (var i = 0; i < 20; i++)
        {
            _context.Append(log, Build(CompressionCodec.None, 9000 + i, (key, "filling" + i)));
        }
    }

    private long Clean(PartitionLog log, long from)
    {
        var cleaner = new LogCleaner();
        long? done = null;
        _context.Do(() => log.SetHighWatermark(log.LogEndOffset));
        Assert.True(_context.Get(() => cleaner.TryStart(log, from, _context.Clock.WallClockMs)));
        for (var i = 0; i < 1000 && cleaner.Log is not null; i++)
        {
            _context.Do(() => done = cleaner.Work(200) ?? done);
        }

        return done!.Value;
    }

    private byte[] Build(CompressionCodec codec, long time, params (string Key, string? Value)[] records)
    {
        var builder = new RecordBatchBuilder(_context.Group.Codecs);
        builder.Begin(new BatchOptions { Compression = CompressionSetting.Of(codec) });
        foreach (var (key, value) in records)
        {
            builder.Append(time, new Blob(Encoding.UTF8.GetBytes(key)), value is null ? Blob.Null : new Blob(Encoding.UTF8.GetBytes(value)));
        }

        return builder.BuildArray();
    }

    private List<(long Offset, long Time, string Key, string? Value)> Records(PartitionLog log, LogContext? context = null)
    {
        var found = new List<(long Offset, long Time, string Key, string? Value)>();
        foreach (var batch in (context ?? _context).ReadAll(log))
        {
            using var opened = OpenedBatch.Open(new RecordBatchView(batch), _context.Group.Codecs);
            var header = opened.Batch.Header;
            foreach (var record in opened.Records)
            {
                found.Add((header.BaseOffset + record.OffsetDelta, header.BaseTimestamp + record.TimestampDelta,
                    Encoding.UTF8.GetString(record.Key), record.IsValueNull ? null : Encoding.UTF8.GetString(record.Value)));
            }
        }

        return found;
    }
}
