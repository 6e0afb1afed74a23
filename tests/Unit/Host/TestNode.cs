using Deterministic.Host.Sockets;
using Deterministic.Kernel;

namespace Deterministic.Host.Tests;

/// <summary>A node with real threads for one test; fails the test with what stopped a shard. Lives for one test.</summary>
internal sealed class TestNode : IDisposable
{
    /// <summary>Only ends a test that hangs; nothing is decided by it.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly NodeHost _host;

    internal TestNode(int shards = 1, NetworkKind network = NetworkKind.Automatic, NetworkOptions? sockets = null)
    {
        _host = new NodeHost(new NodeHostOptions
        {
            ShardCount = shards,
            Network = network,
            Sockets = sockets ?? new NetworkOptions(),
            MaySpin = shards > 1,
            OnFatal = (_, e) => Fatal.TrySetResult(e),
        });
        _host.Start();
    }

    /// <summary>What stopped a shard.</summary>
    internal TaskCompletionSource<Exception> Fatal { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Shard this[int shard] => _host.Shards[shard];

    /// <summary>Runs a conversation on a shard and waits for its end, here.</summary>
    internal async Task<T> On<T>(int shard, Func<Shard, Task<T>> conversation)
    {
        var over = Begin(shard, conversation);
        var first = await Task.WhenAny(over, Fatal.Task).WaitAsync(Patience);
        return first == Fatal.Task ? throw new InvalidOperationException("a shard stopped", await Fatal.Task) : await over;
    }

    internal Task On(int shard, Func<Shard, Task> conversation) => On(shard, async s =>
    {
        await conversation(s);
        return true;
    });

    internal Task On(int shard, Action<Shard> action) => On(shard, s =>
    {
        action(s);
        return Task.CompletedTask;
    });

    /// <summary>Starts a conversation on a shard and goes on.</summary>
    internal Task<T> Begin<T>(int shard, Func<Shard, Task<T>> conversation)
    {
        var over = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var home = this[shard];
        home.Post(() => Carry(home, conversation, over));
        return over.Task;
    }

    public void Dispose() => _host.Dispose();

    private static async void Carry<T>(Shard home, Func<Shard, Task<T>> conversation, TaskCompletionSource<T> over)
    {
        try
        {
            over.SetResult(await conversation(home));
        }
        catch (Exception e)
        {
            over.SetException(e);
        }
    }
}
