using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Tests.Shared;

namespace Deterministic.Storage.Tests;

/// <summary>Random operations against a list of batches. A failure names its seed; add it to the data to replay it.</summary>
public class PartitionLogPropertyTests
{
    public static TheoryData<int> Seeds
    {
        get
        {
            var seeds = new TheoryData<int>();
            for (var seed = 1; seed <= 40; seed++)
            {
                seeds.Add(seed);
            }

            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_log_is_the_list_of_its_batches_whatever_happens(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var config = LogConfig.Default with
        {
            SegmentBytes = 400 + random.Next(1200), IndexIntervalBytes = random.Next(300), SegmentIndexBytes = 48 + random.Next(200),
            FileDeleteDelayMs = random.Next(20), RetentionMs = -1,
        };
        var context = new LogContext();
        var log = context.OpenNew(config);
        var model = new List<(long First, long Last)>();
        for (var i = 0; i < 120; i++)
        {
            (context, log) = Step(context, log, config, model, random);
            Check(context, log, model);
        }
    }

    private static (LogContext Context, PartitionLog Log) Step(
        LogContext context, PartitionLog log, LogConfig config, List<(long First, long Last)> model, SeededRandom random)
    {
        switch (random.Next(12))
        {
            case < 6:
                context.Do(() =>
                {
                    for (var i = random.Next(4); i >= 0; i--)
                    {
                        var result = log.AppendAsLeader(context.Batch(1 + random.Next(5), 1000 + random.Next(5000)), model.Count / 10);
                        Assert.Equal(ErrorCode.None, result.Error);
                        model.Add((result.BaseOffset, result.LastOffset));
                    }
                });
                break;
            case 6:
                var cut = log.LogStartOffset + random.Next((int)(log.LogEndOffset - log.LogStartOffset) + 1);
                Assert.True(context.Get(() => log.TruncateTo(cut)));
                model.RemoveAll(b => b.Last >= cut);
                break;
            case 7:
                context.Do(() => log.SetHighWatermark(log.DurableEndOffset));
                var start = log.LogStartOffset + random.Next((int)(log.HighWatermark - log.LogStartOffset) + 1);
                Assert.True(context.Get(() => log.DeleteRecordsBefore(start)));
                model.RemoveAll(b => b.Last < start);
                break;
            case 8:
                context.Clock.Advance(50);
                context.Do(() => log.MaybeRoll(context.Clock.WallClockMs));
                break;
            case 9:
                return Restart(context, log, config, clean: true, random);
            case 10:
                return Restart(context, log, config, clean: false, random);
            default:
                context.Do(() => log.ApplyRetention(context.Clock.WallClockMs));
                break;
        }

        return (context, log);
    }

    private static (LogContext Context, PartitionLog Log) Restart(
        LogContext context, PartitionLog log, LogConfig config, bool clean, SeededRandom random)
    {
        context.Directory.WriteLogStartOffsets(new Dictionary<TopicPartition, long> { [log.TopicPartition] = log.LogStartOffset });
        if (clean)
        {
            Assert.True(context.Get(() => log.Close(clean: true)));
            context.Directory.WriteCleanShutdownMarker(1);
        }

        if (random.Next(2) == 0)
        {
            context.Directory.WriteRecoveryPoints(new Dictionary<TopicPartition, long> { [log.TopicPartition] = log.RecoveryPoint });
        }

        context.Memory.Crash(random.Next(2) == 0 ? null : random);
        var again = context.Restart();
        return (again, again.OpenExisting(config));
    }

    private static void Check(LogContext context, PartitionLog log, List<(long First, long Last)> model)
    {
        if (model.Count > 0)
        {
            Assert.Equal(model[^1].Last + 1, log.LogEndOffset);
        }

        var found = context.ReadAll(log).Select(b =>
        {
            var header = new RecordBatchHeader(b);
            return (header.BaseOffset, header.LastOffset);
        });
        Assert.Equal(model, found);
        foreach (var (first, last) in model)
        {
            context.Do(() =>
            {
                var read = log.Read(Math.Max(last, log.LogStartOffset), 1, log.LogEndOffset, minOneBatch: true);
                Assert.Equal((ErrorCode.None, first), (read.Error, read.FirstBatchOffset));
                read.Release();
            });
        }
    }
}
