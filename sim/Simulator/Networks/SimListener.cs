using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Networks;

/// <summary>A listening port of a simulated process. Owned by the shard that opened it; gone when the process ends.</summary>
internal sealed class SimListener : IListener
{
    private readonly NetworkCard _card;
    private readonly SimProcess _process;
    private readonly Shard _shard = Shard.Current;
    private readonly Operation<IPendingConnection> _accept = new("accept");
    private readonly Queue<StreamEnd> _backlog = new();
    private readonly string _address;
    private bool _isDisposed;

    internal SimListener(NetworkCard card, SimProcess process, int port)
    {
        _card = card;
        _process = process;
        _address = $"{card.Name}:{port}";
        Port = port;
    }

    /// <inheritdoc/>
    public int Port { get; }

    /// <summary>Whose it is.</summary>
    internal SimProcess Process => _process;

    /// <summary>Connections that wait to be accepted.</summary>
    internal int Waiting => _backlog.Count;

    /// <inheritdoc/>
    public ValueTask<IPendingConnection> AcceptAsync()
    {
        _card.Network.Before(_process, _card.Network.AcceptPoint);
        Check.That(_shard.IsCurrent, $"the listener on {_address} was used outside its home, shard {_shard.Id}");
        _accept.CheckIdle();
        if (_isDisposed)
        {
            return ValueTask.FromException<IPendingConnection>(Closed());
        }

        if (!_backlog.TryDequeue(out var end))
        {
            return new ValueTask<IPendingConnection>(_accept, _accept.Begin());
        }

        _card.Network.After(_process, _card.Network.AcceptPoint);
        return new ValueTask<IPendingConnection>(new SimPendingConnection(end));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.CheckAlive();
        if (_isDisposed)
        {
            return;
        }

        Check.That(_shard.IsCurrent, $"the listener on {_address} was closed outside its home, shard {_shard.Id}");
        _isDisposed = true;
        _card.Close(this);
        while (_backlog.TryDequeue(out var end))
        {
            end.Refuse();
        }

        if (_accept.IsWaiting)
        {
            _accept.Fail(Closed());
        }
    }

    /// <summary>A connection was made and waits to be accepted.</summary>
    internal void Arrive(StreamEnd end)
    {
        if (!_accept.IsWaiting)
        {
            _backlog.Enqueue(end);
        }
        else if (_card.Network.Survives(_process, _card.Network.AcceptPoint))
        {
            _accept.Complete(new SimPendingConnection(end));
        }
    }

    private NetworkException Closed() => new($"the listener on {_address} was closed");
}
