using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>A listening port of a <see cref="MemoryNetwork"/>.</summary>
internal sealed class MemoryListener(int port, Action onClosed) : IListener
{
    private readonly Queue<MemoryConnection> _waiting = new();
    private TaskCompletionSource<IPendingConnection>? _accepting;

    public int Port => port;

    public ValueTask<IPendingConnection> AcceptAsync()
    {
        if (_waiting.TryDequeue(out var connection))
        {
            return new ValueTask<IPendingConnection>(new MemoryPendingConnection(connection));
        }

        _accepting = new TaskCompletionSource<IPendingConnection>();
        return new ValueTask<IPendingConnection>(_accepting.Task);
    }

    public void Dispose()
    {
        onClosed();
        var accepting = _accepting;
        _accepting = null;
        accepting?.SetException(new NetworkException($"the listener on port {port} was closed"));
    }

    internal void Offer(MemoryConnection connection)
    {
        if (_accepting is { } accepting)
        {
            _accepting = null;
            accepting.SetResult(new MemoryPendingConnection(connection));
        }
        else
        {
            _waiting.Enqueue(connection);
        }
    }

    private sealed class MemoryPendingConnection(MemoryConnection connection) : IPendingConnection
    {
        public string RemoteAddress => connection.Address;

        public INetworkStream Open() => connection.OpenServerSide();

        public void Refuse() => connection.OnServerClosed();
    }
}
