using Deterministic.Host.Files;
using Deterministic.Host.Sockets;
using Deterministic.Kernel;

namespace Deterministic.Host;

/// <summary>
/// The operating-system side of one node: its shards with their threads, networks and random sources, and the disk they share.
/// Built, started, stopped and disposed by one thread (Main's or a test's); what runs on the shards comes in by their Post.
/// </summary>
public sealed class NodeHost : IDisposable
{
    private readonly ShardThread[] _threads;
    private bool _isStarted;

    /// <summary>Builds the shards; nothing runs yet.</summary>
    public NodeHost(NodeHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check.That(
            options.ShardCount is > 0 and <= NodeHostOptions.ShardsMax,
            $"{options.ShardCount} shards; 1 to {NodeHostOptions.ShardsMax} are allowed");
        Disk = new OsDisk(options.FlusherThreads);
        _threads = new ShardThread[options.ShardCount];
        var shards = new Shard[options.ShardCount];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = Build(new ShardId(i), options, Disk);
            shards[i] = _threads[i].Shard;
        }

        Shards = shards;
    }

    /// <summary>The shards, by number. Only their Post may be called from here.</summary>
    public IReadOnlyList<Shard> Shards { get; }

    /// <summary>The node's disk.</summary>
    public OsDisk Disk { get; }

    /// <summary>Starts the threads; what was posted before runs now.</summary>
    public void Start()
    {
        Check.That(!_isStarted, "a node is started once");
        _isStarted = true;
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>
    /// Ends the threads, closing what streams and listeners are still open, and then the disk. A clean shutdown of the
    /// broker (logs flushed, clients answered) comes before this, on the shards.
    /// </summary>
    public void Dispose()
    {
        foreach (var thread in _threads)
        {
            thread.Stop();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        Disk.Dispose();
        foreach (var thread in _threads)
        {
            thread.Dispose();
        }
    }

    private static ShardThread Build(ShardId id, NodeHostOptions options, OsDisk disk)
    {
        var (network, poll) = NetworkFactory.Build(options.Network, options.Sockets);
        var shard = new Shard(id, TimeProvider.System, disk, network, new OsRandom(), poll.Wake);
        return new ShardThread(shard, poll, options.MaySpin, options.OnFatal);
    }
}
