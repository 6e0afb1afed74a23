using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Networks;

/// <summary>A connect under way: there and back over the links. Lives until it is answered or gives up.</summary>
internal sealed class Connecting(NetworkCard from, NetworkCard to, int port, SimProcess process, Shard shard)
{
    private static readonly Action<object?> s_knock = static state => ((Connecting)state!).Knock();
    private static readonly Action<object?> s_established = static state => ((Connecting)state!).OnEstablished();
    private static readonly Action<object?> s_refused = static state => ((Connecting)state!).OnRefused();
    private static readonly Action<object?> s_timeout = static state => ((Connecting)state!).OnTimeout();

    private readonly Operation<INetworkStream> _operation = new("connect");
    private readonly Link _there = from.Network.LinkOf(from, to);
    private readonly Link _back = from.Network.LinkOf(to, from);
    private readonly long _startedUs = from.Network.World.NowUs;
    private Connection? _connection;
    private bool _hasDeadline;

    private string Address => $"{to.Name}:{port}";

    internal ValueTask<INetworkStream> Start()
    {
        var task = new ValueTask<INetworkStream>(_operation, _operation.Begin());
        _there.At(_there.ArrivalUs(0), s_knock, this);
        return task;
    }

    // The first packet is at the other node.
    private void Knock()
    {
        if (!_operation.IsWaiting || !process.IsAlive)
        {
            return;
        }

        if (_there.Holds(s_knock, this) || to.Holds(s_knock, this))
        {
            SetDeadline();
            return;
        }

        if (to.ListenerWithRoom(port) is not { } listener)
        {
            _back.At(_back.ArrivalUs(0), s_refused, this);
            return;
        }

        _connection = from.Network.Connect(
            new StreamEnd(from, process, Address),
            new StreamEnd(to, listener.Process, $"{from.Name}:{from.NextPort()}"));
        listener.Arrive(_connection.ServerEnd);
        _back.At(_back.ArrivalUs(0), s_established, this);
    }

    private void OnEstablished()
    {
        if (_back.Holds(s_established, this))
        {
            SetDeadline();
            return;
        }

        var end = _connection!.ClientEnd;
        if (_operation.IsWaiting && process.IsAlive && from.Network.Survives(process, from.Network.ConnectPoint))
        {
            end.Establish(shard);
            _operation.Complete(end);
        }
    }

    private void OnRefused()
    {
        if (_back.Holds(s_refused, this))
        {
            SetDeadline();
        }
        else
        {
            Fail("connection refused");
        }
    }

    private void OnTimeout() => Fail("timed out");

    private void Fail(string reason)
    {
        if (_operation.IsWaiting && process.IsAlive)
        {
            _operation.Fail(new NetworkException($"cannot connect to {Address}: {reason}"));
            _connection?.ClientEnd.Abort();
        }
    }

    private void SetDeadline()
    {
        if (!_hasDeadline)
        {
            _hasDeadline = true;
            _there.At(_startedUs + from.Network.Settings.ConnectTimeoutUs, s_timeout, this);
        }
    }
}
