using Deterministic.Tests.Shared;

namespace Deterministic.Kernel.Tests;

public class ShardTests
{
    private readonly ManualClock _clock = new();
    private int _wakes;

    [Fact]
    public void Posts_run_in_the_order_they_were_made()
    {
        var shard = NewShard();
        var seen = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var number = i;
            shard.Post(() => seen.Add(number));
        }

        Assert.Equal(5, shard.Run(100));
        Assert.Equal([0, 1, 2, 3, 4], seen);
    }

    [Fact]
    public void Run_stops_at_its_limit_and_goes_on_later()
    {
        var shard = NewShard();
        var count = 0;
        for (var i = 0; i < 5; i++)
        {
            shard.Post(() => count++);
        }

        Assert.Equal(2, shard.Run(2));
        Assert.True(shard.HasWork);
        Assert.Equal(3, shard.Run(100));
        Assert.Equal(5, count);
    }

    [Fact]
    public void A_shard_that_posts_to_itself_does_not_starve_the_posts_of_others()
    {
        var shard = NewShard();
        var othersTurn = -1;
        var selfPosts = 0;
        void Again()
        {
            selfPosts++;
            Shard.Current.Post(Again);
        }

        shard.Post(Again);
        shard.Post(() => othersTurn = selfPosts);
        shard.Run(50);
        Assert.InRange(othersTurn, 0, 2);
    }

    [Fact]
    public void An_await_resumes_on_the_shard_it_started_on()
    {
        var home = NewShard(0);
        var owner = NewShard(1);
        Shard? resumedOn = null;
        var answer = 0;
        home.Post(() => _ = Converse());
        async Task Converse()
        {
            answer = await Shard.InvokeAsync(owner, static x => Shard.Current.Id.Value + x, 41);
            resumedOn = Shard.Current;
        }

        home.Run(10);
        owner.Run(10);
        Assert.Null(resumedOn);
        home.Run(10);
        Assert.Same(home, resumedOn);
        Assert.Equal(42, answer);
    }

    [Fact]
    public void An_exception_of_an_invoked_function_reaches_the_caller()
    {
        var home = NewShard(0);
        var owner = NewShard(1);
        string? message = null;
        home.Post(() => _ = Converse());
        async Task Converse()
        {
            try
            {
                await Shard.InvokeAsync<int, int>(owner, static _ => throw new InvalidOperationException("no"), 0);
            }
            catch (InvalidOperationException e)
            {
                message = e.Message;
            }
        }

        home.Run(10);
        owner.Run(10);
        home.Run(10);
        Assert.Equal("no", message);
    }

    [Fact]
    public void Timers_fire_in_order_of_deadline_and_then_of_scheduling()
    {
        var shard = NewShard();
        var seen = new List<string>();
        var now = shard.MonotonicMs;
        shard.Timers.Schedule(now + 20, s => seen.Add((string)s!), "late");
        shard.Timers.Schedule(now + 10, s => seen.Add((string)s!), "first");
        shard.Timers.Schedule(now + 10, s => seen.Add((string)s!), "second");
        shard.Timers.Schedule(now + 10, s => seen.Add((string)s!), "cancelled").Cancel();
        Assert.Equal(now + 10, shard.NextDeadline);

        Assert.Equal(0, shard.Run(10));
        _clock.Advance(10);
        Assert.Equal(2, shard.Run(10));
        _clock.Advance(10);
        shard.Run(10);
        Assert.Equal(["first", "second", "late"], seen);
        Assert.Equal(long.MaxValue, shard.NextDeadline);
    }

    [Fact]
    public void A_timer_that_schedules_itself_for_now_does_not_hold_the_run()
    {
        var shard = NewShard();
        var fired = 0;
        void Again(object? state)
        {
            fired++;
            shard.Timers.Schedule(shard.MonotonicMs, Again, null);
        }

        shard.Timers.Schedule(shard.MonotonicMs, Again, null);
        shard.Run(10);
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_wall_clock_that_steps_back_moves_no_deadline()
    {
        var shard = NewShard();
        var fired = false;
        shard.Timers.Schedule(shard.MonotonicMs + 5, _ => fired = true, null);
        _clock.StepWallClock(-3_600_000);
        _clock.Advance(5);
        shard.Run(1);
        Assert.True(fired);
    }

    [Fact]
    public void End_of_run_work_is_done_once_a_run_and_after_all_posts()
    {
        var shard = NewShard();
        var seen = new List<string>();
        var ending = new Ending(() => seen.Add("end"));
        shard.Post(() => { seen.Add("a"); shard.AtEndOfRun(ending); });
        shard.Post(() => { seen.Add("b"); shard.AtEndOfRun(ending); });
        shard.Run(10);
        Assert.Equal(["a", "b", "end"], seen);

        shard.Post(() => shard.AtEndOfRun(ending));
        shard.Run(10);
        Assert.Equal(["a", "b", "end", "end"], seen);
    }

    [Fact]
    public void A_sleeping_shard_is_woken_once_and_a_shard_with_work_does_not_sleep()
    {
        var shard = NewShard();
        Assert.True(shard.TrySleep());
        shard.Post(() => { });
        shard.Post(() => { });
        Assert.Equal(1, _wakes);
        shard.WakeUp();
        Assert.False(shard.TrySleep());
        shard.Run(10);
        Assert.True(shard.TrySleep());
    }

    [Fact]
    public void A_broken_invariant_names_what_is_false()
    {
        var shard = NewShard();
        var offset = 7;
        var e = Assert.Throws<InvariantException>(() => Check.That(offset < 5, $"offset {offset} is beyond 5"));
        Assert.Contains("offset 7 is beyond 5", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvariantException>(() => shard.AtEndOfRun(new Ending(() => { })));
        Assert.Throws<InvariantException>(() => Shard.Current);
    }

    [Fact]
    public void Posting_and_running_allocates_nothing()
    {
        var shard = NewShard();
        Action<object?> callback = static _ => { };
        void Round()
        {
            for (var i = 0; i < 100; i++)
            {
                shard.Post(callback, null);
            }

            shard.Run(1000);
        }

        Round();
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Round();
        }

        // The queue allocates a segment now and then; one object a post would be 240,000 bytes or more.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
    }

    private Shard NewShard(int id = 0) => new(new ShardId(id), _clock, null!, null!, new SeededRandom(1), () => _wakes++);

    private sealed class Ending(Action action) : IEndOfRun
    {
        public bool IsScheduled { get; set; }

        public void OnEndOfRun() => action();
    }
}
