using Deterministic.Host.Files;

namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>The flusher threads, or a broken copy. As <see cref="FlusherPool"/>.</summary>
internal interface IFlusherPool : IDisposable
{
    void Schedule(Action flush);
}
