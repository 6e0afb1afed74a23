using Deterministic.Kernel;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Networks;

/// <summary>
/// The cables of a world: a link for each direction between two nodes, made when it is first used. A host name is a
/// node's name. Owned by its world.
/// </summary>
public sealed class SimNetwork
{
    private readonly Dictionary<string, NetworkCard> _cardsByName = new(StringComparer.Ordinal);
    private readonly List<NetworkCard> _cards = [];
    private readonly List<Link> _links = [];
    private readonly List<Connection> _connections = [];
    private int _made;

    /// <summary>Cables without an end yet.</summary>
    public SimNetwork(World world, NetworkSettings settings)
    {
        World = world;
        Settings = settings;
        Faults = new NetworkFaults(this);
        SendPoint = world.CrashPoints.Get("send");
        ReceivePoint = world.CrashPoints.Get("receive");
        AcceptPoint = world.CrashPoints.Get("accept");
        ConnectPoint = world.CrashPoints.Get("connect");
    }

    /// <summary>What the network is like when nothing is wrong.</summary>
    public NetworkSettings Settings { get; }

    /// <summary>What goes wrong in it.</summary>
    public NetworkFaults Faults { get; }

    /// <summary>The connections of which at least one side is open, in the order of making.</summary>
    public IReadOnlyList<Connection> Connections => _connections;

    internal World World { get; }

    internal CrashPoint SendPoint { get; }

    internal CrashPoint ReceivePoint { get; }

    internal CrashPoint AcceptPoint { get; }

    internal CrashPoint ConnectPoint { get; }

    internal BytePool Bytes { get; } = new();

    internal IReadOnlyList<NetworkCard> Cards => _cards;

    internal IReadOnlyList<Link> Links => _links;

    /// <summary>The network card of a new node: <c>world.AddNode(name, disk, network.AddCard)</c>.</summary>
    public NetworkCard AddCard(World world, string name)
    {
        Check.That(ReferenceEquals(world, World), $"{name} is in another world than its network");
        var card = new NetworkCard(this, _cards.Count, name);
        _cards.Add(card);
        _cardsByName.Add(name, card);
        return card;
    }

    internal NetworkCard? Find(string host) => _cardsByName.GetValueOrDefault(host);

    internal NetworkCard CardOf(string node) =>
        Find(node) ?? throw new ArgumentException($"there is no node {node} in this network", nameof(node));

    internal Link LinkOf(NetworkCard from, NetworkCard to)
    {
        if (from.LinkTo(to) is { } link)
        {
            return link;
        }

        link = new Link(this, from, to);
        _links.Add(link);
        from.SetLinkTo(to, link);
        return link;
    }

    /// <summary>A process is about to do what the point stands for; throws when that was its end.</summary>
    internal void Before(SimProcess process, CrashPoint point)
    {
        process.CheckAlive();
        World.CrashPoints.Before(process, point);
        process.CheckAlive();
    }

    /// <summary>It is done, under the process's own feet; throws when that was its end.</summary>
    internal void After(SimProcess process, CrashPoint point)
    {
        World.CrashPoints.After(process, point);
        process.CheckAlive();
    }

    /// <summary>It is done while the process waited for it; false when that was its end.</summary>
    internal bool Survives(SimProcess process, CrashPoint point)
    {
        World.CrashPoints.After(process, point);
        return process.IsAlive;
    }

    internal Connection Connect(StreamEnd client, StreamEnd server)
    {
        var connection = new Connection(this, ++_made, client, server);
        _connections.Add(connection);
        return connection;
    }

    internal void Forget(Connection connection) => _connections.Remove(connection);
}
