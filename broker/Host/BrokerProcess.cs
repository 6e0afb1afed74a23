using Deterministic.Server;
using Deterministic.Server.Configs;
using Microsoft.Extensions.Logging;

namespace Deterministic.Host;

/// <summary>
/// One broker on the operating system: its shards with their threads, and the node on them. Built, started and stopped by
/// one thread; lives as long as the process serves.
/// </summary>
public sealed class BrokerProcess : IAsyncDisposable
{
    private readonly NodeHost _host;
    private bool _isStarted;

    /// <summary>A broker that is not started. <paramref name="clusterId"/> is for log directories that are formatted by the start.</summary>
    public BrokerProcess(BrokerConfig config, string? clusterId, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(config);
        var options = new NodeHostOptions();
        _host = new NodeHost(config.Shards > 0 ? options with { ShardCount = config.Shards } : options);
        Node = new BrokerNode(_host.Shards, new BrokerNodeOptions
        {
            Config = config,
            ClusterId = clusterId,
            Log = log,
            OnFatal = static error => FatalExit.Stop(new Kernel.ShardId(ShardMap.ControllerShard), error),
        });
    }

    /// <summary>The broker.</summary>
    public BrokerNode Node { get; }

    /// <summary>Starts threads and broker; completes when it answers.</summary>
    public async Task StartAsync()
    {
        _host.Start();
        _isStarted = true;
        await Node.StartAsync();
    }

    /// <summary>Stops the broker; true when the next start need not recover.</summary>
    public Task<bool> StopAsync() => Node.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isStarted)
        {
            await Node.StopAsync();
        }

        _host.Dispose();
    }
}
