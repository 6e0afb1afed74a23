using Deterministic.Host.Files;

namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>The flusher threads of the broker, without the name that Coyote would not know them by.</summary>
internal sealed class HostFlusherPool(int threads) : IFlusherPool
{
    private readonly FlusherPool _pool = new(threads, threadName: null);

    public void Schedule(Action flush) => _pool.Schedule(flush);

    public void Dispose() => _pool.Dispose();
}
