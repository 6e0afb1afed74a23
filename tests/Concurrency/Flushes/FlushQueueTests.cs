using Deterministic.Concurrency.Tests.Exploring;
using Deterministic.Host.Files;
using Deterministic.Kernel;
using Xunit.Abstractions;

namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>A shard writes to a file and asks for flushes, which flusher threads do.</summary>
public sealed class FlushQueueTests(ITestOutputHelper output)
{
    private const int Flushes = 3;
    private const int NoFailure = 0;

    public static TheoryData<Strategy, int> Variants => Schedules.Variants(1, 2);

    [Theory, MemberData(nameof(Variants))]
    public void Each_flush_is_answered_once_in_order_after_what_was_written_before_it(Strategy strategy, int threads) =>
        Schedules.AllPass(strategy, 150, output, () => FlushAndWait(threads, NoFailure, HostQueue));

    [Theory, MemberData(nameof(Variants))]
    public void After_a_failed_flush_none_succeeds(Strategy strategy, int failingSync) =>
        Schedules.AllPass(strategy, 100, output, () => FlushAndWait(2, failingSync, HostQueue));

    [Theory, MemberData(nameof(Variants))]
    public void The_end_of_the_pool_answers_all_flushes_and_closes_the_file(Strategy strategy, int threads) =>
        Schedules.AllPass(strategy, 150, output, () => FlushAndEnd(threads));

    [Theory]
    [InlineData(QueueMistake.TakesRequestsAfterTheFlush, "not durable")]
    [InlineData(QueueMistake.ForgetsThoseWhoCameMeanwhile, Schedules.Deadlock)]
    [InlineData(QueueMistake.RecyclesTooEarly, "out of order")]
    [InlineData(QueueMistake.FlushesTwiceAtATime, "out of order")]
    public void A_mistake_of_the_queue_is_found(QueueMistake mistake, string expected) => Schedules.SomeFail(
        1000, output, expected, () => FlushAndWait(2, NoFailure, (pool, file) => new BrokenFlushQueue(pool, file.Sync, mistake)));

    private static HostFlushQueue HostQueue(FlusherPool pool, TestFile file) => new(pool, file, file.Sync);

    private static void FlushAndWait(int threads, int failingSync, Func<FlusherPool, TestFile, IFlushQueue> make)
    {
        using var shard = new TestShard();
        using var file = new TestFile(failingSync);
        Thread thread;
        using (var pool = new FlusherPool(threads, threadName: null))
        {
            var queue = make(pool, file);
            var left = new Countdown(Flushes);
            var answers = new FlushAnswers(file, left);
            thread = shard.Start();
            for (var i = 0; i < Flushes; i++)
            {
                shard.Shard.Post(() => answers.WriteAndFlush(shard.Shard, queue));
            }

            left.Wait();
            Check.That((answers.Failures > 0) == file.HasFailed, $"{answers.Failures} flushes failed, the file failed: {file.HasFailed}");
        }

        shard.Stop();
        thread.Join();
    }

    /// <summary>As a node ends: its files are closed while flushes are under way, and the pool with all of them.</summary>
    private static void FlushAndEnd(int threads)
    {
        using var shard = new TestShard();
        using var file = new TestFile(NoFailure);
        var pool = new FlusherPool(threads, threadName: null);
        var queue = HostQueue(pool, file);
        var answers = new FlushAnswers(file, new Countdown(Flushes));
        var asked = new Countdown(Flushes);
        var thread = shard.Start();
        for (var i = 0; i < Flushes; i++)
        {
            var isLast = i == Flushes - 1;
            shard.Shard.Post(() =>
            {
                answers.WriteAndFlush(shard.Shard, queue);
                if (isLast)
                {
                    file.Dispose();
                }

                asked.Signal();
            });
        }

        asked.Wait();
        pool.Dispose();
        Check.That(file.WasReleased, $"the descriptor stays open after the last flush");
        shard.Stop();
        thread.Join();
        Check.That(answers.Count == Flushes, $"{answers.Count} of {Flushes} flushes were answered");
    }
}
