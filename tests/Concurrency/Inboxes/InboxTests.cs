using Deterministic.Concurrency.Tests.Exploring;
using Deterministic.Kernel;
using Xunit.Abstractions;

namespace Deterministic.Concurrency.Tests.Inboxes;

/// <summary>Senders race with a thread that takes their posts and sleeps when there are none.</summary>
public sealed class InboxTests(ITestOutputHelper output)
{
    /// <summary>Few threads with little to do: that is where one step too early or too late matters, and is met often.</summary>
    public static TheoryData<Strategy, int, int> Variants => new()
    {
        { Strategy.Random, 1, 2 }, { Strategy.Random, 2, 1 }, { Strategy.Random, 2, 2 },
        { Strategy.Prioritization, 1, 2 }, { Strategy.Prioritization, 2, 1 }, { Strategy.Prioritization, 2, 2 },
        { Strategy.Probabilistic, 1, 2 }, { Strategy.Probabilistic, 2, 1 }, { Strategy.Probabilistic, 2, 2 },
    };

    [Theory, MemberData(nameof(Variants))]
    public void Every_post_arrives_in_order_and_a_sleep_is_ended_once(Strategy strategy, int senders, int posts) =>
        Schedules.AllPass(strategy, 300, output, () => PostAndTake(senders, posts, wake => new KernelInbox(wake)));

    [Theory]
    [InlineData(InboxMistake.NoSecondLook, 1, 2, Schedules.Deadlock)]
    [InlineData(InboxMistake.LooksBeforeItSaysAsleep, 1, 2, Schedules.Deadlock)]
    [InlineData(InboxMistake.WakesBeforeItAdds, 1, 2, Schedules.Deadlock)]
    [InlineData(InboxMistake.WakesWithoutClaiming, 2, 1, "too many wakes")]
    [InlineData(InboxMistake.LastInFirstOut, 1, 2, "out of order")]
    public void A_mistake_of_the_inbox_is_found(InboxMistake mistake, int senders, int posts, string expected) =>
        Schedules.SomeFail(1000, output, expected, () => PostAndTake(senders, posts, wake => new BrokenInbox(wake, mistake)));

    private static void PostAndTake(int senders, int posts, Func<Action, IInbox> make)
    {
        var wake = new WakeEvent();
        var inbox = make(wake.Set);
        var arrived = new PostLog(senders);
        var sleeps = 0;
        var shard = Threads.Start(() => sleeps = TakeAll(inbox, wake, arrived, senders * posts));
        Threads.Join(Threads.Start(senders, sender => PostAll(inbox, arrived, sender, posts)));
        shard.Join();
        Check.That(wake.Sets <= sleeps, $"too many wakes: {wake.Sets} for a thread that fell asleep {sleeps} times");
    }

    private static void PostAll(IInbox inbox, PostLog arrived, int sender, int posts)
    {
        for (var i = 0; i < posts; i++)
        {
            var number = i;
            inbox.Add(new ShardWork(_ => arrived.Arrive(sender, number), null, null));
        }
    }

    /// <summary>What a shard's loop does; returns how often it said that it sleeps.</summary>
    private static int TakeAll(IInbox inbox, WakeEvent wake, PostLog arrived, int total)
    {
        var sleeps = 0;
        while (arrived.Total < total)
        {
            if (inbox.TryTake(out var work))
            {
                work.Execute();
                continue;
            }

            sleeps++;
            if (inbox.TrySleep())
            {
                wake.Wait();
                inbox.WakeUp();
            }
        }

        return sleeps;
    }
}
