using Deterministic.Kernel;
using Deterministic.Host.Sockets;

namespace Deterministic.Host.Tests;

public sealed class ShardThreadTests
{
    public static TheoryData<NetworkKind> Kinds => Sockets.NetworkTests.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Posts_of_many_threads_are_all_executed_in_their_senders_order(NetworkKind kind)
    {
        const int Senders = 4;
        const int PostsPerSender = 250_000;
        using var node = new TestNode(1, kind);
        var shard = node[0];
        var seen = new int[Senders];
        var left = Senders * PostsPerSender;
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var threads = Enumerable.Range(0, Senders).Select(sender => new Thread(() =>
        {
            for (var i = 0; i < PostsPerSender; i++)
            {
                var number = i;
                shard.Post(() =>
                {
                    if (seen[sender]++ != number)
                    {
                        over.TrySetException(new InvalidOperationException($"sender {sender}: {number} out of order"));
                    }

                    if (--left == 0)
                    {
                        over.TrySetResult();
                    }
                });
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        await over.Task.WaitAsync(TestNode.Patience);
        Assert.All(seen, count => Assert.Equal(PostsPerSender, count));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task No_wake_up_is_lost_when_a_post_meets_a_shard_that_falls_asleep(NetworkKind kind)
    {
        // Ping-pong between two shards: each sleeps (or spins) whenever the other works, so that one lost wake-up hangs it.
        using var node = new TestNode(2, kind);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = 20_000;
        void Pass(object? state)
        {
            if (--left == 0)
            {
                over.SetResult();
                return;
            }

            node[left % 2].Post(Pass, null);
        }

        node[0].Post(Pass, null);
        await over.Task.WaitAsync(TestNode.Patience);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Timers_fire_in_order_and_never_early(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var fired = new List<(long DeadlineMs, long AtMs)>();
        await node.On(0, shard =>
        {
            var nowMs = shard.MonotonicMs;
            foreach (var delayMs in (int[])[60, 20, 40, 0, 1])
            {
                var deadlineMs = nowMs + delayMs;
                shard.Timers.Schedule(deadlineMs, _ =>
                {
                    fired.Add((deadlineMs, shard.MonotonicMs));
                    if (fired.Count == 5)
                    {
                        over.SetResult();
                    }
                }, null);
            }
        });
        await over.Task.WaitAsync(TestNode.Patience);
        Assert.Equal(fired.OrderBy(f => f.DeadlineMs), fired);
        Assert.All(fired, f => Assert.True(f.AtMs >= f.DeadlineMs));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_exception_of_shard_work_is_fatal(NetworkKind kind)
    {
        using var node = new TestNode(2, kind);
        node[1].Post(() => Check.That(1 + 1 == 3, $"one and one are {1 + 1}"));
        var error = await node.Fatal.Task.WaitAsync(TestNode.Patience);
        Assert.IsType<InvariantException>(error);
        var text = FatalExit.Describe(new ShardId(1), error);
        Assert.Contains("one and one are 2", text, StringComparison.Ordinal);
        Assert.Contains("Shard 1", text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task End_of_run_work_that_asks_for_another_end_of_run_gets_it(NetworkKind kind)
    {
        using var node = new TestNode(1, kind);
        var work = new Again();
        await node.On(0, shard =>
        {
            work.Shard = shard;
            shard.AtEndOfRun(work);
        });
        await work.Over.Task.WaitAsync(TestNode.Patience);
    }

    [Fact]
    public void A_node_that_was_never_started_can_be_disposed() => new NodeHost(new NodeHostOptions { ShardCount = 3 }).Dispose();

    [Fact]
    public void Random_numbers_stay_below_their_bound_and_differ()
    {
        var random = new OsRandom();
        var seen = new HashSet<int>();
        for (var i = 0; i < 2000; i++)
        {
            var number = random.Next(7);
            Assert.InRange(number, 0, 6);
            seen.Add(number);
        }

        Assert.Equal(7, seen.Count);
        Assert.NotEqual(random.NextUInt64(), random.NextUInt64());
    }

    private sealed class Again : IEndOfRun
    {
        private int _times;

        internal TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Shard? Shard { get; set; }

        public bool IsScheduled { get; set; }

        public void OnEndOfRun()
        {
            if (++_times == 3)
            {
                Over.SetResult();
                return;
            }

            Shard!.AtEndOfRun(this);
        }
    }
}
