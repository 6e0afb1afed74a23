using Deterministic.Concurrency.Tests.Exploring;
using Deterministic.Kernel;
using Xunit.Abstractions;

namespace Deterministic.Concurrency.Tests.Loops;

/// <summary>Posts race with a loop that falls asleep and with its stop.</summary>
public sealed class ShardLoopTests(ITestOutputHelper output)
{
    public static TheoryData<Strategy, bool> Variants => Schedules.Variants(false, true);

    [Theory, MemberData(nameof(Variants))]
    public void Every_post_is_executed_in_order_by_a_loop_that_sleeps(Strategy strategy, bool maySpin) =>
        Schedules.AllPass(strategy, 150, output, () => PostAndStop(2, 1, (shard, poll) => new HostLoop(shard, poll, maySpin)));

    [Theory, MemberData(nameof(Variants))]
    public void What_was_posted_before_the_stop_is_executed(Strategy strategy, bool maySpin) =>
        Schedules.AllPass(strategy, 150, output, () => StopWhilePosting((shard, poll) => new HostLoop(shard, poll, maySpin)));

    [Theory, MemberData(nameof(Variants))]
    public void Two_shards_that_take_turns_wake_each_other(Strategy strategy, bool maySpin) =>
        Schedules.AllPass(strategy, 150, output, () => TakeTurns(maySpin));

    [Theory]
    [InlineData(LoopMistake.BlocksWithoutSayingSo, Schedules.Deadlock)]
    [InlineData(LoopMistake.StopWakesTooEarly, Schedules.Deadlock)]
    [InlineData(LoopMistake.ForgetsEvents, "events were lost")]
    public void A_mistake_of_the_loop_is_found(LoopMistake mistake, string expected) =>
        Schedules.SomeFail(1000, output, expected, () => PostAndStop(2, 1, (shard, poll) => new BrokenLoop(shard, poll, mistake)));

    [Fact]
    public void A_stop_that_loses_posts_is_found() => Schedules.SomeFail(1000, output, "lost", () => StopWhilePosting(
        (shard, poll) => new BrokenLoop(shard, poll, LoopMistake.StopsBeforeItDrained)));

    private static void PostAndStop(int senders, int posts, Func<Shard, ModelPoll, IShardDriver> make)
    {
        using var poll = new ModelPoll();
        var shard = TestShard.Create(poll);
        var loop = make(shard, poll);
        var arrived = new PostLog(senders);
        var left = new Countdown(senders * posts);
        var thread = Threads.Start(loop.Run);
        var sending = Threads.Start(senders, sender => PostAll(shard, arrived, left, sender, posts));
        left.Wait();
        loop.Stop();
        thread.Join();
        Threads.Join(sending);
    }

    private static void StopWhilePosting(Func<Shard, ModelPoll, IShardDriver> make)
    {
        const int Posts = 2;
        using var poll = new ModelPoll();
        var shard = TestShard.Create(poll);
        var loop = make(shard, poll);
        var arrived = new PostLog(2);
        var ignored = new Countdown(int.MaxValue);
        var thread = Threads.Start(loop.Run);
        var other = Threads.Start(() => PostAll(shard, arrived, ignored, 1, Posts));
        PostAll(shard, arrived, ignored, 0, Posts);
        loop.Stop();
        thread.Join();
        Check.That(arrived.Of(0) == Posts, $"lost: {Posts - arrived.Of(0)} of the posts that were made before the stop");
        other.Join();
    }

    private static void TakeTurns(bool maySpin)
    {
        const int Turns = 4;
        using var first = new TestShard(maySpin);
        using var second = new TestShard(maySpin);
        TestShard[] shards = [first, second];
        var left = new Countdown(Turns);
        void Turn(int number)
        {
            left.Signal();
            if (number + 1 < Turns)
            {
                shards[(number + 1) % 2].Shard.Post(() => Turn(number + 1));
            }
        }

        Thread[] threads = [first.Start(), second.Start()];
        first.Shard.Post(() => Turn(0));
        left.Wait();
        first.Stop();
        second.Stop();
        Threads.Join(threads);
    }

    private static void PostAll(Shard shard, PostLog arrived, Countdown left, int sender, int posts)
    {
        for (var i = 0; i < posts; i++)
        {
            var number = i;
            shard.Post(() =>
            {
                arrived.Arrive(sender, number);
                left.Signal();
            });
        }
    }
}
