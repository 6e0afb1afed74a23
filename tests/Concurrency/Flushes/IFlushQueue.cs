using Deterministic.Host.Files;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>The flushes of one file, or a broken copy. As <see cref="FlushQueue"/>.</summary>
internal interface IFlushQueue
{
    void Add(Shard shard, FlushCompletion completion, object? state);
}
