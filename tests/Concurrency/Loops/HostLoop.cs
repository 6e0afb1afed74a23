using Deterministic.Concurrency.Tests.Exploring;
using Deterministic.Host;
using Deterministic.Kernel;

namespace Deterministic.Concurrency.Tests.Loops;

/// <summary>The loop of the broker.</summary>
internal sealed class HostLoop(Shard shard, ModelPoll poll, bool maySpin) : IShardDriver
{
    private readonly ShardLoop _loop = new(shard, poll, maySpin);

    public void Run() => _loop.Run();

    public void Stop() => _loop.Stop();
}
