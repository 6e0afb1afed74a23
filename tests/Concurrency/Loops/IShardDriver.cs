using Deterministic.Host;

namespace Deterministic.Concurrency.Tests.Loops;

/// <summary>What drives a shard: the broker's loop, or a broken copy. As <see cref="ShardLoop"/>.</summary>
internal interface IShardDriver
{
    void Run();

    void Stop();
}
