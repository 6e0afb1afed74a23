using Deterministic.Kernel;
using Deterministic.Server.Composition;
using Deterministic.Server.Connections;
using Deterministic.Server.Metrics;

namespace Deterministic.Server;

/// <summary>
/// One broker (and controller): given shards with their ports and a configuration, everything that makes it serve. The
/// composition root, the only place where the parts meet. Owned by shard 0; lives from start to stop.
/// <para>States: built, starting, serving, stopping, stopped. A start that failed has released what it took.</para>
/// </summary>
public sealed class BrokerNode
{
    private readonly BrokerNodeOptions _options;
    private readonly IReadOnlyList<Shard> _shards;
    private readonly List<ConnectionAcceptor> _acceptors = [];
    private NodeStorage? _storage;
    private NodeParts? _parts;
    private CheckpointKeeper? _checkpoints;
    private DirectoryWatch? _directories;
    private List<Housekeeping> _housekeeping = [];
    private Task<bool>? _stopping;

    /// <summary>A broker on shards that belong to it alone; nothing happens before <see cref="StartAsync"/>.</summary>
    public BrokerNode(IReadOnlyList<Shard> shards, BrokerNodeOptions options)
    {
        Check.That(shards.Count > 0, "a broker needs a shard");
        _shards = shards;
        _options = options;
        Monitor = new NodeMonitor(this);
    }

    /// <summary>The id of the cluster; known once started.</summary>
    public string ClusterId => _parts?.Identity.ClusterId ?? "";

    /// <summary>What each shard owns; there once started.</summary>
    public IReadOnlyList<BrokerShard> Shards => _parts?.Shards ?? [];

    /// <summary>Tells how it is: metrics, health, readiness.</summary>
    public NodeMonitor Monitor { get; }

    /// <summary>Where it is in its life.</summary>
    internal NodeState State { get; private set; }

    /// <summary>Its log directories, from start to stop.</summary>
    internal NodeStorage? Storage => _storage;

    internal IReadOnlyList<Shard> KernelShards => _shards;

    /// <summary>What it is made of; null before the start and after one that failed early.</summary>
    internal NodeParts? Parts => _parts;

    /// <summary>The listeners' names and ports; there once started.</summary>
    public IReadOnlyList<(string Name, int Port)> Listening => [.. _acceptors.Select(a => (a.ListenerName, a.Port))];

    /// <summary>Starts the broker; completes when it answers, fails with what stood in the way. Any thread.</summary>
    public Task StartAsync() => ConversationOn(async () =>
    {
        try
        {
            await StartOnShardAsync();
        }
        catch
        {
            Mark.Hit("node.start-failed");
            // What was opened whole is closed as after a stop: a taken port costs the next start no recovery.
            await ReleaseAsync(isClean: _checkpoints is not null);
            throw;
        }

        return true;
    });

    /// <summary>
    /// Stops accepting, answers what is under way, closes the logs. True when the next start need not recover. Any thread;
    /// a second call waits for the first.
    /// </summary>
    public Task<bool> StopAsync() => ConversationOn(() => _stopping ??= StopOnShardAsync());

    private Shard Home => _shards[ShardMap.ControllerShard];

    private async Task StartOnShardAsync()
    {
        State = NodeState.Starting;
        _storage = NodeStorage.Open(_shards, _options);
        _parts = NodeParts.Build(_shards, _storage, _options);
        var checkpoints = new CheckpointKeeper(_parts, _storage, _options);
        _parts.Controller.Publisher.Add(Home, checkpoints);
        _directories = new DirectoryWatch(_parts, _storage, _options);
        _parts.Controller.Publisher.Add(Home, _directories);
        _directories.Start();
        foreach (var shard in _parts.Shards)
        {
            shard.WriteCheckpoints = checkpoints.WriteAsync;
        }

        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _parts.Controller.Start(error =>
        {
            if (error is null)
            {
                started.SetResult();
            }
            else
            {
                started.TrySetException(error);
            }
        });

        // The image is known, and no shard acts by it before it is durable.
        _storage.RemoveLeftovers(_parts.Controller.Image, _parts.Shards[ShardMap.ControllerShard].Moves.NewUnique, _options.Log);
        await started.Task;
        _housekeeping = [.. _parts.Shards.Select(shard => new Housekeeping(shard))];
        foreach (var tasks in _housekeeping)
        {
            tasks.Shard.Post(tasks.Start);
        }

        _checkpoints = checkpoints;
        _checkpoints.Start();
        Listen();
        State = NodeState.Running;
        ServerLog.Started(
            _options.Log,
            _options.Config.NodeId,
            ClusterId,
            _parts.Controller.Image.TopicsById.Values.Sum(topic => topic.Partitions.Length),
            _shards.Count,
            string.Join(", ", Listening.Select(listener => $"{listener.Name}:{listener.Port}")));
    }

    private void Listen()
    {
        var connections = _parts!.Shards.Select(shard => shard.Connections).ToArray();
        var quota = new ConnectionQuota(connections[ShardMap.ControllerShard]);
        var rates = new ConnectionRates(_parts.Shards[ShardMap.ControllerShard].Quotas);
        foreach (var listener in _options.Config.Listeners.Broker)
        {
            _acceptors.Add(new ConnectionAcceptor(
                Home, new ListenerOptions(listener.Name, listener.Host, listener.Port), connections, quota, rates, _options.Log));
        }

        foreach (var acceptor in _acceptors)
        {
            acceptor.Start();
        }
    }

    private async Task<bool> StopOnShardAsync()
    {
        State = NodeState.ShuttingDown;
        foreach (var acceptor in _acceptors)
        {
            acceptor.Close();
        }

        if (_parts is not null)
        {
            var drained = _parts.Shards.Select(shard => OnShardAsync(shard.Shard, shard.Connections.StopAsync)).ToArray();
            foreach (var task in drained)
            {
                await task;
            }
        }

        var isClean = await ReleaseAsync(isClean: true);
        ServerLog.Stopped(_options.Log, _options.Config.NodeId, isClean ? "cleanly" : "not cleanly: the next start recovers its logs");
        return isClean;
    }

    private async Task<bool> ReleaseAsync(bool isClean)
    {
        State = NodeState.ShuttingDown;
        foreach (var acceptor in _acceptors)
        {
            acceptor.Close();
        }

        _checkpoints?.Stop();
        _directories?.Stop();
        var brokerEpoch = _parts?.Controller.BrokerEpoch ?? -1;
        if (_parts is not null)
        {
            foreach (var tasks in _housekeeping)
            {
                await Shard.InvokeAsync(tasks.Shard, static t => t.Stop(), tasks);
            }

            if (_checkpoints is not null)
            {
                isClean &= await _checkpoints.WriteAsync();
            }

            var closing = _parts.Shards.Select(shard => Shard.InvokeAsync(shard.Shard, static s => s.CloseLogs(), shard)).ToArray();
            foreach (var closed in closing)
            {
                isClean &= await closed;
            }

            isClean &= _parts.MetadataLog.Log.Close(clean: true);
            isClean &= _checkpoints is not null && _checkpoints.WriteFinal();
        }

        _storage?.Close(isClean ? brokerEpoch : null, _options.Log);
        _storage = null;
        State = NodeState.NotRunning;
        return isClean;
    }

    private Task<TResult> ConversationOn<TResult>(Func<Task<TResult>> conversation) => OnShardAsync(Home, conversation);

    private static async Task OnShardAsync(Shard shard, Func<Task> conversation) =>
        await OnShardAsync(shard, async () =>
        {
            await conversation();
            return true;
        });

    /// <summary>Runs a conversation on a shard; the caller, wherever it is, is told how it ended.</summary>
    private static Task<TResult> OnShardAsync<TResult>(Shard shard, Func<Task<TResult>> conversation)
    {
        var result = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        shard.Post(() => _ = RunAsync());
        return result.Task;

        async Task RunAsync()
        {
            try
            {
                result.SetResult(await conversation());
            }
            catch (InvariantException e)
            {
                result.TrySetException(e);
                shard.Post(() => throw new InvariantException(e.Message));
            }
            catch (Exception e)
            {
                result.TrySetException(e);
            }
        }
    }
}
