using System.Runtime.InteropServices;
using Deterministic.Host.Files;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>The flush queue of the broker.</summary>
internal sealed class HostFlushQueue(FlusherPool pool, SafeHandle file, Action sync) : IFlushQueue
{
    private readonly FlushQueue _queue = new(pool, file, sync);

    public void Add(Shard shard, FlushCompletion completion, object? state) => _queue.Add(shard, completion, state);
}
