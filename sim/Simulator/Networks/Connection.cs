namespace Deterministic.Simulator.Networks;

/// <summary>A connection between two nodes: its ends and the pipes between them. Lives until both ends are closed.</summary>
public sealed class Connection
{
    private readonly SimNetwork _network;

    internal Connection(SimNetwork network, int number, StreamEnd client, StreamEnd server)
    {
        _network = network;
        Number = number;
        ClientEnd = client;
        ServerEnd = server;
        var toServer = network.LinkOf(client.Card, server.Card);
        var toClient = network.LinkOf(server.Card, client.Card);
        var up = new Pipe(this, toServer, toClient, client, server);
        var down = new Pipe(this, toClient, toServer, server, client);
        client.Connect(this, down, up);
        server.Connect(this, up, down);
    }

    /// <summary>Its number in the network, from 1.</summary>
    public int Number { get; }

    /// <summary>The node that opened it.</summary>
    public string Client => ClientEnd.Card.Name;

    /// <summary>The node that listened.</summary>
    public string Server => ServerEnd.Card.Name;

    internal SimNetwork Network => _network;

    internal StreamEnd ClientEnd { get; }

    internal StreamEnd ServerEnd { get; }

    /// <summary>Both ends learn at once that it is reset, as by a box on the way.</summary>
    internal void Break()
    {
        ClientEnd.Out.Tear();
        ServerEnd.Out.Tear();
        ClientEnd.Break(StreamEnd.ResetByPeer);
        ServerEnd.Break(StreamEnd.ResetByPeer);
    }

    internal void OnClosed()
    {
        if (ClientEnd.IsClosed && ServerEnd.IsClosed)
        {
            _network.Forget(this);
        }
    }
}
