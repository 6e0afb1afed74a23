using Deterministic.Concurrency.Tests.Exploring;
using Deterministic.Kernel;
using Xunit.Abstractions;

namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>Work is handed to threads that wait for it, while the pool ends.</summary>
public sealed class FlusherPoolTests(ITestOutputHelper output)
{
    private const int Senders = 2;
    private const int PerSender = 2;

    public static TheoryData<Strategy, int> Variants => Schedules.Variants(1, 2);

    [Theory, MemberData(nameof(Variants))]
    public void Everything_that_is_scheduled_is_served_once_without_the_end_of_the_pool(Strategy strategy, int threads) =>
        Schedules.AllPass(strategy, 200, output, () => ScheduleAndWait(() => new HostFlusherPool(threads)));

    [Theory, MemberData(nameof(Variants))]
    public void What_was_scheduled_before_the_end_is_served_and_so_is_what_follows_from_it(Strategy strategy, int threads) =>
        Schedules.AllPass(strategy, 200, output, () => ScheduleAndDispose(() => new HostFlusherPool(threads)));

    [Theory]
    [InlineData(PoolMistake.LooksBeforeItLocks, Schedules.Deadlock)]
    [InlineData(PoolMistake.WaitsOnce, "Queue empty")]
    public void A_mistake_of_the_pool_is_found(PoolMistake mistake, string expected) =>
        Schedules.SomeFail(1000, output, expected, () => ScheduleAndWait(() => new BrokenFlusherPool(mistake)));

    [Fact]
    public void An_end_that_leaves_work_behind_is_found() => Schedules.SomeFail(
        1000, output, "served", () => ScheduleAndDispose(() => new BrokenFlusherPool(PoolMistake.EndsWithWorkLeft)));

    private static void ScheduleAndWait(Func<IFlusherPool> make)
    {
        using var pool = make();
        var left = new Countdown(Senders * PerSender);
        var served = new int[Senders * PerSender];
        Threads.Join(Threads.Start(Senders, sender =>
        {
            for (var i = 0; i < PerSender; i++)
            {
                var number = (sender * PerSender) + i;
                pool.Schedule(() =>
                {
                    Interlocked.Increment(ref served[number]);
                    left.Signal();
                });
            }
        }));
        left.Wait();
        CheckServedOnce(served);
    }

    private static void ScheduleAndDispose(Func<IFlusherPool> make)
    {
        var pool = make();
        var served = new int[Senders * PerSender];
        Threads.Join(Threads.Start(Senders, sender =>
        {
            var number = sender * PerSender;
            pool.Schedule(() =>
            {
                Interlocked.Increment(ref served[number]);
                pool.Schedule(() => Interlocked.Increment(ref served[number + 1]));
            });
        }));
        pool.Dispose();
        CheckServedOnce(served);
    }

    private static void CheckServedOnce(int[] served) =>
        Check.That(served.All(times => times == 1), $"served this often instead of once each: {string.Join(' ', served)}");
}
