using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Networks;

/// <summary>
/// A node's network card and its operating system's side of streams: who listens on which port, which streams are open.
/// Survives the node's processes. Owned by its node.
/// </summary>
public sealed class NetworkCard : IDevice<INetwork>
{
    private const int FirstEphemeralPort = 32_768;
    private const int LastPort = 65_535;

    private readonly Dictionary<int, SimListener> _listeners = [];
    private readonly List<StreamEnd> _open = [];
    private readonly List<Link?> _links = [];
    private readonly List<(Action<object?> Action, object? State)> _held = [];
    private int _nextPort = FirstEphemeralPort;
    private long _offSinceUs;

    internal NetworkCard(SimNetwork network, int index, string name)
    {
        Network = network;
        Index = index;
        Name = name;
    }

    /// <summary>The node's name, which is its host name.</summary>
    public string Name { get; }

    /// <summary>False from a loss of power until the next boot.</summary>
    public bool IsPowered { get; private set; } = true;

    internal SimNetwork Network { get; }

    internal int Index { get; }

    /// <inheritdoc/>
    public INetwork Attach(SimProcess process)
    {
        if (!IsPowered)
        {
            IsPowered = true;
            Resume();
        }

        return new ProcessNetwork(this, process);
    }

    /// <inheritdoc/>
    public void Detach(SimProcess process, ProcessEnd end)
    {
        IsPowered = end != ProcessEnd.PowerLoss;
        _offSinceUs = Network.World.NowUs;
        _listeners.Clear();
        foreach (var stream in _open.ToArray())
        {
            stream.OnProcessEnd(end);
        }

        _open.Clear();
    }

    internal SimListener Listen(SimProcess process, int port)
    {
        var taken = port == 0 ? NextPort() : port;
        if (_listeners.ContainsKey(taken))
        {
            throw new NetworkException($"cannot listen on {Name}:{taken}: another listener has that port");
        }

        var listener = new SimListener(this, process, taken);
        _listeners.Add(taken, listener);
        return listener;
    }

    internal void Close(SimListener listener) => _listeners.Remove(listener.Port);

    /// <summary>The listener of a port that has room for one more connection, or null: refused.</summary>
    internal SimListener? ListenerWithRoom(int port) =>
        _listeners.TryGetValue(port, out var listener) && Network.Faults.Admits(this, listener) ? listener : null;

    /// <summary>A port for one more connection, or to listen on: they come round.</summary>
    internal int NextPort()
    {
        var port = _nextPort;
        _nextPort = port == LastPort ? FirstEphemeralPort : port + 1;
        return _listeners.ContainsKey(port) ? NextPort() : port;
    }

    internal void Opened(StreamEnd end) => _open.Add(end);

    internal void Closed(StreamEnd end) => _open.Remove(end);

    internal Link? LinkTo(NetworkCard to) => to.Index < _links.Count ? _links[to.Index] : null;

    internal void SetLinkTo(NetworkCard to, Link link)
    {
        while (_links.Count <= to.Index)
        {
            _links.Add(null);
        }

        _links[to.Index] = link;
    }

    /// <summary>Called by what arrives: true when the machine is off; it will be called again after the next boot, since senders send again.</summary>
    internal bool Holds(Action<object?> action, object? state)
    {
        if (IsPowered)
        {
            return false;
        }

        _held.Add((action, state));
        return true;
    }

    private void Resume()
    {
        var waitedUs = Network.World.NowUs - _offSinceUs;
        var loopback = Network.LinkOf(this, this);
        foreach (var (action, state) in _held)
        {
            loopback.At(Network.World.NowUs + loopback.RetransmitDelayUs(waitedUs), action, state);
        }

        _held.Clear();
    }
}
