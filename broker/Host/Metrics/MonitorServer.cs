using System.Diagnostics.CodeAnalysis;
using Deterministic.Host.Sockets;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Server.Metrics;

namespace Deterministic.Host.Metrics;

/// <summary>
/// Serves the pages of a broker over HTTP/1.1, on a shard with a thread of its own, so that it still answers when a shard of
/// the broker hangs. Made before the broker starts and disposed after it stopped, by one thread.
/// </summary>
public sealed class MonitorServer : IDisposable
{
    /// <summary>Open connections, at most; further ones are closed at once.</summary>
    public const int ConnectionsMax = 64;

    private readonly ShardThread _thread;
    private readonly MonitorPages _pages;
    private IListener? _listener;
    private int _connections;

    /// <summary>A server that does not listen yet. Pages are of the broker that <paramref name="monitor"/> watches; its disk is not used.</summary>
    public MonitorServer(NodeMonitor monitor, IDisk disk, Action<ShardId, Exception> onFatal)
    {
        var (network, poll) = NetworkFactory.Build(NetworkKind.Automatic, new NetworkOptions());
        var shard = new Shard(new ShardId(int.MaxValue), TimeProvider.System, disk, network, new OsRandom(), poll.Wake);
        _pages = new MonitorPages(shard, monitor);
        _thread = new ShardThread(shard, poll, maySpin: false, onFatal);
        _thread.Start();
    }

    /// <summary>The port it listens on; known once <see cref="ListenAsync"/> is done.</summary>
    public int Port { get; private set; }

    /// <summary>Listens; returns the port. Fails with <see cref="NetworkException"/> where that cannot be.</summary>
    public async Task<int> ListenAsync(string host, int port) => Port = await Shard.InvokeAsync(
        _thread.Shard,
        static state =>
        {
            var (server, host, port) = state;
            server._listener = server._thread.Shard.Network.Listen(host, port);
            server.Run(server.AcceptAllAsync());
            return server._listener.Port;
        },
        (this, host, port));

    /// <inheritdoc/>
    public void Dispose()
    {
        _thread.Stop();
        _thread.Join();
        _thread.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        while (true)
        {
            IPendingConnection pending;
            try
            {
                pending = await _listener!.AcceptAsync();
            }
            catch (NetworkException)
            {
                // Closed with the shard.
                return;
            }

            if (_connections >= ConnectionsMax)
            {
                pending.Refuse();
                continue;
            }

            Run(ServeAsync(pending));
        }
    }

    private async Task ServeAsync(IPendingConnection pending)
    {
        _connections++;
        try
        {
            await new HttpConnection(_thread.Shard, pending.Open(), _pages.AnswerAsync).RunAsync();
        }
        catch (NetworkException)
        {
            // Gone before it was opened.
        }
        finally
        {
            _connections--;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The exception is handed to the shard's thread, where it ends the process.")]
    private void Run(Task conversation) => _ = WatchAsync(conversation);

    private async Task WatchAsync(Task conversation)
    {
        try
        {
            await conversation;
        }
        catch (Exception e)
        {
            _thread.Shard.Post(() => throw new InvariantException($"a page failed: {e}"));
        }
    }
}
