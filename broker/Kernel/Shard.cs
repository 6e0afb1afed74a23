#pragma warning disable RS0030 // The shard is what the ban on contexts and thread statics sends everybody else to.
using System.Diagnostics.CodeAnalysis;
using Deterministic.Kernel.Memory;
using Deterministic.Kernel.Ports;
using Deterministic.Kernel.Time;

namespace Deterministic.Kernel;

/// <summary>
/// One single-threaded execution context: what a shard owns nobody else touches, and the only door is
/// <see cref="Post(Action{object?}, object?)"/>. It is a <see cref="SynchronizationContext"/>, so that a
/// conversation that awaits on a shard resumes on it. Production runs one thread a shard (Host); the simulator calls
/// <see cref="Run"/> on whichever shard it picks. Lives as long as its node.
/// </summary>
public sealed class Shard : SynchronizationContext
{
    [ThreadStatic]
    private static Shard? s_current;

    private readonly Inbox _inbox;
    private readonly long _ticksPerMs;
    private readonly Queue<ShardWork> _local = new();
    private readonly List<IEndOfRun> _endOfRun = [];
    private readonly List<IEndOfRun> _ending = [];

    /// <summary>A shard over its ports. <paramref name="wake"/> is called from any thread when a sleeping shard has work.</summary>
    public Shard(ShardId id, TimeProvider clock, IDisk disk, INetwork network, IRandom random, Action wake)
    {
        Id = id;
        Clock = clock;
        _ticksPerMs = clock.TimestampFrequency % 1000 == 0 ? clock.TimestampFrequency / 1000 : 0;
        Disk = disk;
        Network = network;
        Random = random;
        _inbox = new Inbox(wake);
        Timers = new TimerQueue();
        Buffers = new BufferPool();
    }

    /// <summary>The shard whose <see cref="Run"/> is on this thread's stack.</summary>
    /// <exception cref="InvariantException">No shard is running here.</exception>
    public static new Shard Current => s_current ?? throw new InvariantException("no shard is running on this thread");

    /// <summary>As <see cref="Current"/>, or null when none runs.</summary>
    internal static Shard? CurrentOrNull => s_current;

    /// <summary>Told of every <see cref="Mark"/> that is hit here; null outside of simulation.</summary>
    public Action<string>? Marks { get; set; }

    /// <summary>Its number within the node.</summary>
    public ShardId Id { get; }

    /// <summary>The wall clock and the monotonic clock of the node.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The node's disk.</summary>
    public IDisk Disk { get; }

    /// <summary>The shard's own view of the network: streams opened here complete here.</summary>
    public INetwork Network { get; }

    /// <summary>The shard's source of chance.</summary>
    public IRandom Random { get; }

    /// <summary>What is to happen later on this shard.</summary>
    public TimerQueue Timers { get; }

    /// <summary>The shard's buffers.</summary>
    public BufferPool Buffers { get; }

    /// <summary>Milliseconds since the Unix epoch. May step back when an operator sets the clock.</summary>
    public long WallClockMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Milliseconds of a clock that never steps back; deadlines and timers count in it.</summary>
    public long MonotonicMs => _ticksPerMs > 0
        ? Clock.GetTimestamp() / _ticksPerMs
        : (long)((Int128)Clock.GetTimestamp() * 1000 / Clock.TimestampFrequency);

    /// <summary>How long it had nothing to do, in ticks of <see cref="Clock"/>; the driver counts. Read on this shard.</summary>
    public long IdleTicks { get; private set; }

    /// <summary>For the driver: it was idle for so many ticks of <see cref="Clock"/>.</summary>
    public void AddIdle(long ticks) => IdleTicks += ticks;

    /// <summary>True when code on the stack may touch what this shard owns.</summary>
    public bool IsCurrent => ReferenceEquals(s_current, this);

    /// <summary>Runs the callback on this shard, after everything the same sender posted before. Any thread.</summary>
    public void Post(Action<object?> callback, object? state) => Add(new ShardWork(callback, null, state));

    /// <summary>Runs the action on this shard. Any thread.</summary>
    public void Post(Action action) => Add(new ShardWork(static state => ((Action)state!)(), null, action));

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => Add(new ShardWork(null, d, state));

    /// <summary>Not offered: a shard never waits for another.</summary>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new InvariantException("Send would block a shard; use Post");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs <paramref name="function"/> on <paramref name="target"/> and resumes the caller on its own shard.</summary>
    public static Task<TResult> InvokeAsync<TState, TResult>(Shard target, Func<TState, TResult> function, TState state)
    {
        var answer = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        target.Post(() => Answer(answer, function, state));
        return answer.Task;
    }

    /// <summary>Calls <paramref name="work"/> once when the current <see cref="Run"/> has drained; a second request in the same run adds nothing.</summary>
    public void AtEndOfRun(IEndOfRun work)
    {
        Check.That(IsCurrent, $"end-of-run work for shard {Id} asked for elsewhere");
        if (!work.IsScheduled)
        {
            work.IsScheduled = true;
            _endOfRun.Add(work);
        }
    }

    /// <summary>
    /// Executes due timers and at most <paramref name="workMax"/> posts, then the end-of-run work. The driver's loop
    /// calls it; it is never re-entered. Returns the number of posts and timers executed.
    /// </summary>
    public int Run(int workMax)
    {
        Check.That(s_current is null, "Run called while a shard is running on this thread");
        var outer = SynchronizationContext.Current;
        s_current = this;
        SetSynchronizationContext(this);
        try
        {
            var done = Timers.RunDue(MonotonicMs);
            done += Drain(workMax);
            EndRun();
            return done;
        }
        finally
        {
            s_current = null;
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>True when <see cref="Run"/> would find a post, or end-of-run work that was asked for at the end of the last run.</summary>
    public bool HasWork => HasOwnWork || !_inbox.IsEmpty;

    /// <summary>When <see cref="Run"/> has work without a post, in <see cref="MonotonicMs"/>; <see cref="long.MaxValue"/> for never.</summary>
    public long NextDeadline => Timers.NextDeadlineMs;

    /// <summary>For the driver, before it blocks: true when every later post will call the wake-up.</summary>
    public bool TrySleep() => !HasOwnWork && _inbox.TrySleep();

    /// <summary>For the driver, after it blocked.</summary>
    public void WakeUp() => _inbox.WakeUp();

    private bool HasOwnWork => _local.Count > 0 || _endOfRun.Count > 0;

    private void Add(ShardWork work)
    {
        if (IsCurrent)
        {
            _local.Enqueue(work);
        }
        else
        {
            _inbox.Add(work);
        }
    }

    private int Drain(int workMax)
    {
        var done = 0;
        while (done < workMax)
        {
            // One from each in turn: neither a chatty neighbour nor a shard that posts to itself starves the other.
            var any = false;
            if (_inbox.TryTake(out var remote))
            {
                remote.Execute();
                done++;
                any = true;
            }

            if (done < workMax && _local.TryDequeue(out var local))
            {
                local.Execute();
                done++;
                any = true;
            }

            if (!any)
            {
                break;
            }
        }

        return done;
    }

    private void EndRun()
    {
        _ending.AddRange(_endOfRun);
        _endOfRun.Clear();
        foreach (var work in _ending)
        {
            work.IsScheduled = false;
            work.OnEndOfRun();
        }

        _ending.Clear();
    }

    [SuppressMessage("Design", "CA1031", Justification = "The exception belongs to the caller and is handed to it.")]
    private static void Answer<TState, TResult>(
        TaskCompletionSource<TResult> answer, Func<TState, TResult> function, TState state)
    {
        try
        {
            answer.SetResult(function(state));
        }
        catch (Exception e) when (e is not InvariantException)
        {
            answer.SetException(e);
        }
    }
}
