using Deterministic.Kernel;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Networks;

/// <summary>
/// What goes wrong in a network: windows that begin here and last until they are healed, and breaks of single connections.
/// Nodes are given by name. Links have a direction: for both, call twice. A node's way to itself is never harmed. Owned by its
/// <see cref="SimNetwork"/>.
/// </summary>
public sealed class NetworkFaults
{
    private readonly SimNetwork _network;
    private readonly List<NetworkFault> _active = [];
    private Happenings? _flapping;

    internal NetworkFaults(SimNetwork network) => _network = network;

    /// <summary>The windows that have not ended, in the order of beginning.</summary>
    public IReadOnlyList<NetworkFault> Active => _active;

    /// <summary>The two groups do not reach each other.</summary>
    public NetworkFault Partition(IReadOnlyList<string> left, IReadOnlyList<string> right) =>
        CutBothWays(FaultKind.PartitionSymmetric, left, right);

    /// <summary>What the first group sends to the second is lost; the way back is open.</summary>
    public NetworkFault PartitionOneWay(IReadOnlyList<string> from, IReadOnlyList<string> to) =>
        OnLinks(FaultKind.PartitionOneWay, from, to, new LinkFault { IsCut = true });

    /// <summary>The two groups do not reach each other, and the bridge, which is in neither, reaches both.</summary>
    public NetworkFault Bridge(IReadOnlyList<string> left, string bridge, IReadOnlyList<string> right)
    {
        Check.That(!left.Contains(bridge, StringComparer.Ordinal) && !right.Contains(bridge, StringComparer.Ordinal), $"{bridge} is the bridge and in a group");
        return CutBothWays(FaultKind.PartitionOverlapping, left, right);
    }

    /// <summary>Each node reaches the one before and the one behind it only.</summary>
    public NetworkFault Ring(IReadOnlyList<string> nodes)
    {
        var fault = Begin(FaultKind.PartitionOverlapping, new LinkFault { IsCut = true }, string.Join(" - ", nodes));
        for (var i = 0; i < nodes.Count; i++)
        {
            for (var j = 0; j < nodes.Count; j++)
            {
                var distance = Math.Abs(i - j);
                if (distance > 1 && distance < nodes.Count - 1)
                {
                    fault.Act(LinkOf(nodes[i], nodes[j]));
                }
            }
        }

        return EndIfEmpty(fault);
    }

    /// <summary>The clients do not reach the servers, which reach each other.</summary>
    public NetworkFault PartitionClients(IReadOnlyList<string> clients, IReadOnlyList<string> servers) =>
        CutBothWays(FaultKind.PartitionClients, clients, servers);

    /// <summary>The links between the two groups go down and up again, each time for at most so long (microseconds).</summary>
    public NetworkFault Flap(IReadOnlyList<string> left, IReadOnlyList<string> right, long downMaxUs, long upMaxUs)
    {
        var fault = CutBothWays(FaultKind.PartitionFlapping, left, right);
        _flapping ??= _network.World.AddHappenings("flapping");
        Swing(fault, downMaxUs, upMaxUs, true);
        return fault;
    }

    /// <summary>Segments are lost with odds out of 1000 and come with a retransmission, and what is behind them waits for them.</summary>
    public NetworkFault Drop(IReadOnlyList<string> from, IReadOnlyList<string> to, int perMille) =>
        OnLinks(FaultKind.NetworkDrop, from, to, new LinkFault { DropPerMille = perMille });

    /// <summary>The links take so many times as long, and carry so many times less.</summary>
    public NetworkFault Slow(IReadOnlyList<string> from, IReadOnlyList<string> to, int latencyFactor, int rateDivisor) =>
        OnLinks(FaultKind.NetworkDelay, from, to, new LinkFault { LatencyFactor = latencyFactor, RateDivisor = rateDivisor });

    /// <summary>Nothing arrives; when it is healed, all of it does at once.</summary>
    public NetworkFault Clog(IReadOnlyList<string> from, IReadOnlyList<string> to) =>
        OnLinks(FaultKind.NetworkClog, from, to, new LinkFault { IsClogged = true });

    /// <summary>
    /// A delivery flips, with odds out of 1000, one bit that the checksum of TCP does not notice.
    /// <para>Only bits under the CRC of a record batch that is delivered whole are flipped, since nothing else of the protocol
    /// is protected: whoever takes the batch must notice, so every invariant may still be claimed. With
    /// <paramref name="anywhere"/> any bit is: then a request may mean something else and an answer lie, and only "no node stops
    /// by itself" and "no batch with a wrong CRC is stored or handed to an application" may be claimed.</para>
    /// </summary>
    public NetworkFault Corrupt(IReadOnlyList<string> from, IReadOnlyList<string> to, int perMille, bool anywhere = false) =>
        OnLinks(FaultKind.NetworkCorruption, from, to, new LinkFault { CorruptPerMille = perMille, CorruptsAnywhere = anywhere });

    /// <summary>
    /// What arrives over these links is, with odds out of 1000, lost with its connection. From servers to clients: a request
    /// took effect, its answer is lost, and the client sends it again.
    /// </summary>
    public NetworkFault LoseAnswers(IReadOnlyList<string> from, IReadOnlyList<string> to, int perMille) =>
        OnLinks(FaultKind.NetworkDuplicate, from, to, new LinkFault { LosePerMille = perMille });

    /// <summary>The node refuses new connections, as if nobody listened or as many waited to be accepted as may.</summary>
    public NetworkFault Refuse(string node)
    {
        var fault = new NetworkFault(this, FaultKind.NetworkDrop, default, _network.CardOf(node));
        return Announce(fault, $"{node} refuses connections");
    }

    /// <summary>
    /// Both ends see a reset once so many more bytes have arrived from the server (or from the client), be it in the middle of a
    /// frame; what was under way then is lost, besides a part that is chosen.
    /// </summary>
    public void Reset(Connection connection, long afterBytes = 0, bool fromServer = true)
    {
        Count(FaultKind.NetworkDrop);
        if (afterBytes == 0)
        {
            connection.Break();
        }
        else
        {
            (fromServer ? connection.ServerEnd : connection.ClientEnd).Out.ResetAfter(afterBytes);
        }
    }

    /// <summary>One node sees the connection reset; the other believes in it until it sends.</summary>
    public void HalfOpen(Connection connection, string lost)
    {
        Count(FaultKind.NetworkDrop);
        (connection.Client == lost ? connection.ClientEnd : connection.ServerEnd).Break(StreamEnd.ResetByPeer);
    }

    /// <summary>Ends all windows.</summary>
    public void HealAll()
    {
        while (_active.Count > 0)
        {
            _active[^1].Heal();
        }
    }

    /// <summary>Ends what is wrong between these nodes and at them; all else stays broken.</summary>
    public void HealAmong(IReadOnlyList<string> nodes)
    {
        var cards = nodes.Select(_network.CardOf).ToList();
        foreach (var fault in _active.ToArray())
        {
            fault.HealWhere(link => cards.Contains(link.From) && cards.Contains(link.To), cards.Contains);
        }
    }

    internal bool Admits(NetworkCard card, SimListener listener)
    {
        foreach (var fault in _active)
        {
            if (fault.Card == card)
            {
                fault.OnHit();
                return false;
            }
        }

        return listener.Waiting < _network.Settings.Backlog;
    }

    internal void OnHealed(NetworkFault fault)
    {
        _active.Remove(fault);
        _network.World.Note("network", $"{fault.Kind} ends");
    }

    internal void Count(FaultKind kind) => _network.World.FaultCounts.Add(kind);

    private NetworkFault CutBothWays(FaultKind kind, IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        var fault = Begin(kind, new LinkFault { IsCut = true }, $"{string.Join(' ', left)} | {string.Join(' ', right)}");
        Act(fault, left, right);
        Act(fault, right, left);
        return EndIfEmpty(fault);
    }

    private NetworkFault OnLinks(FaultKind kind, IReadOnlyList<string> from, IReadOnlyList<string> to, LinkFault what)
    {
        var fault = Begin(kind, what, $"{string.Join(' ', from)} -> {string.Join(' ', to)}");
        Act(fault, from, to);
        return EndIfEmpty(fault);
    }

    private NetworkFault Begin(FaultKind kind, LinkFault what, string where) =>
        Announce(new NetworkFault(this, kind, what), where);

    private NetworkFault Announce(NetworkFault fault, string where)
    {
        _active.Add(fault);
        _network.World.Note("network", $"{fault.Kind} begins: {where}");
        return fault;
    }

    private void Act(NetworkFault fault, IReadOnlyList<string> from, IReadOnlyList<string> to)
    {
        foreach (var left in from)
        {
            foreach (var right in to)
            {
                if (left != right)
                {
                    fault.Act(LinkOf(left, right));
                }
            }
        }
    }

    // Groups that have no link between them: there is nothing to heal.
    private static NetworkFault EndIfEmpty(NetworkFault fault)
    {
        fault.HealWhere(static _ => false, static _ => false);
        return fault;
    }

    private Link LinkOf(string from, string to) => _network.LinkOf(_network.CardOf(from), _network.CardOf(to));

    private void Swing(NetworkFault fault, long downMaxUs, long upMaxUs, bool isDown)
    {
        if (!fault.IsActive)
        {
            return;
        }

        fault.SetActing(isDown);
        var lastsUs = 1 + _network.World.Choices.Skewed(isDown ? downMaxUs : upMaxUs, "network.flap");
        _flapping!.After(lastsUs, () => Swing(fault, downMaxUs, upMaxUs, !isDown));
    }
}
