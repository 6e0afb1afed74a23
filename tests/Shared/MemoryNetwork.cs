using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>A network in memory, driven by one thread: servers see streams, tests hold the other ends and decide what arrives when.</summary>
public sealed class MemoryNetwork : INetwork
{
    private readonly SortedDictionary<int, MemoryListener> _listeners = [];
    private int _nextClientPort = 50_000;

    /// <inheritdoc/>
    public IListener Listen(string host, int port)
    {
        if (_listeners.ContainsKey(port))
        {
            throw new NetworkException($"{host}:{port} is in use");
        }

        var listener = new MemoryListener(port, () => _listeners.Remove(port));
        _listeners.Add(port, listener);
        return listener;
    }

    /// <inheritdoc/>
    public ValueTask<INetworkStream> ConnectAsync(string host, int port) =>
        throw new NetworkException("this network has no way from the server to others");

    /// <summary>Opens a connection as a client.</summary>
    public MemoryConnection Connect(int port, string address = "127.0.0.1")
    {
        if (!_listeners.TryGetValue(port, out var listener))
        {
            throw new NetworkException($"nobody listens on port {port}");
        }

        var connection = new MemoryConnection($"{address}:{_nextClientPort++}");
        listener.Offer(connection);
        return connection;
    }
}
