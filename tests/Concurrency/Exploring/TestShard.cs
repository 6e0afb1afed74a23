using Deterministic.Host;
using Deterministic.Kernel;
using Deterministic.Tests.Shared;

namespace Deterministic.Concurrency.Tests.Exploring;

/// <summary>A shard of the broker with its loop on a thread; only what it waits on is a model.</summary>
internal sealed class TestShard : IDisposable
{
    private readonly ModelPoll _poll = new();
    private readonly ShardLoop _loop;

    internal TestShard(bool maySpin = false)
    {
        Shard = Create(_poll);
        _loop = new ShardLoop(Shard, _poll, maySpin);
    }

    internal Shard Shard { get; }

    internal static Shard Create(ModelPoll poll)
    {
        var shard = new Shard(
            new ShardId(0), new SteppingClock(), new MemoryDisk(), new MemoryNetwork(), new SeededRandom(1), poll.Wake);
        ShardContext.IsControlled();
        return shard;
    }

    /// <summary>The broker's own <see cref="ShardThread"/> names its thread, and a name is what Coyote knows a thread by.</summary>
    internal Thread Start() => Threads.Start(_loop.Run);

    internal void Stop() => _loop.Stop();

    public void Dispose() => _poll.Dispose();
}
