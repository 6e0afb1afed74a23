using System.Text.Json;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Tests.Shared;

namespace Deterministic.Storage.Tests;

public class GoldenLogTests
{
    private const string Root = "/golden/data";

    [Theory]
    [InlineData("codecs")]
    [InlineData("segments-clean")]
    [InlineData("segments-killed")]
    [InlineData("transactions-tv0")]
    [InlineData("transactions-tv2")]
    [InlineData("transactions-tv2-killed")]
    [InlineData("misc")]
    [InlineData("compaction")]
    [InlineData("groups")]
    [InlineData("groups-expired")]
    public void A_directory_of_Kafka_has_the_batches_and_offsets_that_Kafka_states(string name)
    {
        var context = Open(name);
        var batches = GoldenLogs.Batches(name);
        foreach (var partition in context.Directory.ListPartitions())
        {
            var log = context.OpenExisting(Roomy, partition);
            var expected = Expected(batches, partition, log.LogStartOffset);
            Assert.Equal(expected, context.ReadAll(log).Select(Describe).ToList());
            CheckOffsets(context, log, GoldenOffsetsOf(name, partition));
        }
    }

    [Theory]
    [InlineData("segments-clean")]
    [InlineData("segments-killed")]
    [InlineData("transactions-tv2")]
    public void A_directory_of_Kafka_can_be_continued_and_read_again(string name)
    {
        var context = Open(name);
        var partition = context.Directory.ListPartitions().First(p => !p.Topic.StartsWith('_'));
        var log = context.OpenExisting(Roomy, partition);
        var before = context.ReadAll(log).Count;
        var end = log.LogEndOffset;
        var result = context.Append(log, context.Batch(3, context.Clock.WallClockMs), log.LatestLeaderEpoch + 2);
        Assert.Equal(end, result.BaseOffset);
        Assert.True(context.Get(() => log.Close(clean: true)));
        var again = context.Restart();
        var reopened = again.OpenExisting(Roomy, partition);
        Assert.Equal(end + 3, reopened.LogEndOffset);
        Assert.Equal(before + 1, again.ReadAll(reopened).Count);
    }

    [Fact]
    public void Rebuilt_indexes_are_the_bytes_that_Kafka_wrote()
    {
        var context = Open("segments-clean");
        var compared = 0;
        foreach (var partition in context.Directory.ListPartitions().Where(p => p.Topic == "seg"))
        {
            var directory = context.Directory.PathOf(partition);
            var originals = Indexes(context.Disk, directory);
            foreach (var path in originals.Keys)
            {
                context.Disk.DeleteFile(path);
            }

            var log = context.OpenExisting(Roomy with { IndexIntervalBytes = 200 }, partition);
            context.Do(() => log.Close(clean: true));
            var rebuilt = Indexes(context.Disk, directory);
            foreach (var (path, bytes) in originals)
            {
                Assert.True(bytes.AsSpan().SequenceEqual(rebuilt[path]), path);
                compared++;
            }
        }

        Assert.True(compared > 100);
    }

    [Theory]
    [InlineData("segments-clean")]
    [InlineData("compaction")]
    [InlineData("codecs")]
    public void Every_index_entry_of_Kafka_points_to_its_batch(string name)
    {
        var context = Open(name);
        foreach (var partition in context.Directory.ListPartitions())
        {
            var log = context.OpenExisting(Roomy, partition);
            foreach (var segment in log.Segments)
            {
                for (var i = 0; i < segment.Offsets.Count; i++)
                {
                    var (offset, position) = segment.Offsets.EntryAt(i);
                    Assert.Equal(position, segment.FindBatch(offset, segment.SizeBytes)!.Value.Position);
                }
            }
        }
    }

    [Theory]
    [InlineData("bad-indexes")]
    [InlineData("bad-snapshot")]
    [InlineData("bitflip-last")]
    [InlineData("bitflip-length")]
    [InlineData("bitflip-middle")]
    [InlineData("clean-marker-torn")]
    [InlineData("garbage-tail")]
    [InlineData("missing-epochs")]
    [InlineData("missing-indexes")]
    [InlineData("missing-snapshots")]
    [InlineData("recovery-point-zero")]
    [InlineData("torn")]
    [InlineData("torn-header")]
    [InlineData("zero-tail")]
    public void A_damaged_partition_recovers_to_the_offsets_of_Kafka(string name)
    {
        var context = OpenDamaged(name);
        var log = context.OpenExisting(Roomy, new TopicPartition("seg", 0));
        var expected = GoldenLogs.Offsets("recovery/" + name).Single(o => o.Topic == "seg" && o.Partition == 0);
        Assert.Equal(expected.LogStart, log.LogStartOffset);
        Assert.Equal(expected.HighWatermark, log.LogEndOffset);
        Assert.Equal([0, 2, 4, 6], log.LeaderEpochs.Select(e => e.Epoch));
        Assert.Equal(expected.HighWatermark, context.ReadAll(log).Sum(b => new RecordBatchHeader(b).RecordCount));
    }

    [Theory]
    [InlineData("bad-checkpoints", "is not 'topic partition offset'")]
    [InlineData("bad-epoch-file", "leader epochs are rebuilt")]
    [InlineData("bitflip-magic", "which was put back")]
    public void Where_Kafka_fails_nothing_is_lost_and_a_warning_says_what_was_done(string name, string warning)
    {
        var context = OpenDamaged(name);
        var log = context.OpenExisting(Roomy, new TopicPartition("seg", 0));
        Assert.Equal(480, log.LogEndOffset);
        Assert.Equal([0, 2, 4, 6], log.LeaderEpochs.Select(e => e.Epoch));
        Assert.Equal(480, context.ReadAll(log).Sum(b => new RecordBatchHeader(b).RecordCount));
        Assert.Contains(context.Lines, line => line.Contains(warning, StringComparison.Ordinal));
    }

    private static LogConfig Roomy => LogConfig.Default with { ProducerIdExpirationMs = int.MaxValue };

    private static LogContext Open(string name)
    {
        var disk = new MemoryDisk();
        GoldenLogs.Unpack(disk, "/golden", name);
        disk.SyncAll();
        return new LogContext(disk, Root);
    }

    private static LogContext OpenDamaged(string name)
    {
        var disk = new MemoryDisk();
        GoldenLogs.Unpack(disk, "/golden", "segments-killed");
        disk.DeleteDirectory(Root + "/seg-0");
        GoldenLogs.Unpack(disk, "/golden", "recovery/" + name, "before.tar.gz");
        disk.SyncAll();
        return new LogContext(disk, Root);
    }

    private static GoldenOffsets? GoldenOffsetsOf(string name, TopicPartition partition) =>
        GoldenLogs.Has(name, "offsets.tsv")
            ? GoldenLogs.Offsets(name).SingleOrDefault(o => o.Topic == partition.Topic && o.Partition == partition.Partition)
            : null;

    private static void CheckOffsets(LogContext context, PartitionLog log, GoldenOffsets? expected)
    {
        if (expected is null)
        {
            return;
        }

        Assert.Equal(expected.LogStart, log.LogStartOffset);
        Assert.Equal(expected.HighWatermark, log.LogEndOffset);
        context.Do(() => log.SetHighWatermark(log.LogEndOffset));
        Assert.Equal(expected.LastStable, log.LastStableOffset);
        if (expected.LogStart == expected.HighWatermark)
        {
            // Kafka reports a record that was deleted; we report none.
            return;
        }

        var latest = context.Get(() => log.FindMaxTimestamp(log.LogEndOffset));
        Assert.Equal(
            (log.TopicPartition, expected.MaxTimestamp, expected.MaxTimestampOffset),
            (log.TopicPartition, latest?.Timestamp ?? -1, latest?.Offset ?? -1));
    }

    private static List<string> Expected(IReadOnlyDictionary<string, IReadOnlyList<JsonElement>> batches, TopicPartition partition, long logStart) =>
        batches
            .Where(b => b.Key.StartsWith(partition + "/", StringComparison.Ordinal) && b.Key.EndsWith(".log", StringComparison.Ordinal))
            .OrderBy(b => b.Key, StringComparer.Ordinal)
            .SelectMany(b => b.Value)
            .Where(b => b.GetProperty("lastOffset").GetInt64() >= logStart)
            .Select(b => $"{b.GetProperty("baseOffset")} {b.GetProperty("lastOffset")} {b.GetProperty("size")} {b.GetProperty("crc")} {b.GetProperty("leaderEpoch")}")
            .ToList();

    private static string Describe(byte[] batch)
    {
        var header = new RecordBatchHeader(batch);
        return $"{header.BaseOffset} {header.LastOffset} {header.TotalBytes} {header.Crc} {header.PartitionLeaderEpoch}";
    }

    private static Dictionary<string, byte[]> Indexes(IDisk disk, string directory)
    {
        var result = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in disk.ListFiles(directory).Where(n => n.EndsWith("index", StringComparison.Ordinal)))
        {
            using var file = disk.Open(DiskPath.Join(directory, name), FileOpening.ReadOnly);
            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            result.Add(DiskPath.Join(directory, name), bytes);
        }

        return result;
    }
}
