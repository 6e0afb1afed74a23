using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Networks;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Networks;

/// <summary>Whatever goes wrong: what came is the beginning of what was sent, and after healing a living connection brings all of it.</summary>
public sealed class NetworkPropertyTests
{
    private const int Seeds = 150;
    private const int Rounds = 12;
    private static readonly string[] s_nodes = ["a", "b", "c", "d"];

    [Fact]
    public void What_came_is_a_prefix_of_what_was_sent_and_after_healing_all_of_it()
    {
        var whole = 0;
        var broken = 0;
        var counts = new long[Enum.GetValues<FaultKind>().Length];
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var run = new FaultyRun(seed);
            run.Play();
            foreach (var flow in run.Flows)
            {
                Assert.True(flow.IsPrefix, $"seed {seed}: {flow} got bytes that were not sent there");
                Assert.True(flow.IsOver, $"seed {seed}: {flow} neither ended nor broke after all was healed");
                whole += flow.IsWhole ? 1 : 0;
                broken += flow.IsWhole ? 0 : 1;
            }

            foreach (var kind in Enum.GetValues<FaultKind>())
            {
                counts[(int)kind] += run.Cluster.World.FaultCounts[kind];
            }
        }

        Assert.True(whole > Seeds, $"{whole} flows were whole and {broken} were not");
        Assert.True(broken > Seeds, $"{whole} flows were whole and {broken} were not");
        for (var kind = FaultKind.NetworkDrop; kind <= FaultKind.PartitionClients; kind++)
        {
            Assert.True(kind == FaultKind.NetworkCorruption || counts[(int)kind] > 0, $"{kind} never took effect");
        }
    }

    [Fact]
    public void Faults_that_only_delay_lose_nothing()
    {
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var run = new FaultyRun(seed) { BreaksConnections = false };
            run.Play();
            Assert.All(run.Flows, flow => Assert.True(flow.IsWhole, $"seed {seed}: {flow}"));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var first = new FaultyRun(seed);
            var second = new FaultyRun(seed);
            first.Play();
            second.Play();
            Assert.Equal(first.Cluster.World.Hash.Value, second.Cluster.World.Hash.Value);
            Assert.Equal(first.Cluster.World.Events, second.Cluster.World.Events);
        }

        var other = new FaultyRun(21);
        var one = new FaultyRun(1);
        other.Play();
        one.Play();
        Assert.NotEqual(one.Cluster.World.Hash.Value, other.Cluster.World.Hash.Value);
    }

    /// <summary>Nodes that send to each other while their network is harmed.</summary>
    private sealed class FaultyRun
    {
        private readonly SeededChooser _chance;

        internal FaultyRun(ulong seed)
        {
            _chance = new SeededChooser(seed + 1_000_000);
            var settings = new NetworkSettings
            {
                WindowBytes = 64 << _chance.Next(12, "window"),
                SplitPerMille = _chance.Next(400, "split"),
                RetransmissionTimeoutUs = 40 * Cluster.Second,
            };
            Cluster = new Cluster(seed, settings, s_nodes.Length);
        }

        internal bool BreaksConnections { get; init; } = true;

        internal Cluster Cluster { get; }

        internal List<Flow> Flows { get; } = [];

        private NetworkFaults Faults => Cluster.Network.Faults;

        internal void Play()
        {
            for (var i = 0; i < 4; i++)
            {
                var from = Node();
                var to = Other(from);
                var (client, server) = Cluster.Pair(from, to, 9000 + i);
                AddFlow(from, client, to, server);
                AddFlow(to, server, from, client);
            }

            for (var i = 0; i < Rounds; i++)
            {
                Harm();
                Cluster.RunFor(_chance.Next(2_000_000, "time"));
                if (Faults.Active.Count > 0 && _chance.Next(2, "heal") == 0)
                {
                    Faults.Active[_chance.Next(Faults.Active.Count, "which")].Heal();
                }
            }

            Faults.HealAll();
            Cluster.Run(() => Flows.TrueForAll(static flow => flow.IsOver), 200 * Cluster.Second);
        }

        private void AddFlow(string from, INetworkStream sender, string to, INetworkStream receiver)
        {
            var flow = new Flow(from, to, Cluster.Bytes(1 + _chance.Next(30_000, "size")));
            Flows.Add(flow);
            _ = Cluster.Start(from, _ => flow.SendAsync(sender, 1 + _chance.Next(3000, "part")));
            _ = Cluster.Start(to, _ => flow.ReceiveAsync(receiver, 1 + _chance.Next(5000, "buffer")));
        }

        private void Harm()
        {
            var from = Node();
            var to = Other(from);
            string[] rest = [.. s_nodes.Where(node => node != from)];
            var open = Cluster.Network.Connections;
            switch (_chance.Next(BreaksConnections ? 16 : 9, "fault"))
            {
                case 0: Faults.Partition([from], rest); break;
                case 1: Faults.PartitionOneWay(rest, [from]); break;
                case 2: Faults.Bridge([from], to, [.. rest.Where(node => node != to)]); break;
                case 3: Faults.Ring(s_nodes); break;
                case 4: Faults.PartitionClients([from], [to]); break;
                case 5: Faults.Flap([from], rest, 300_000, 300_000); break;
                case 6: Faults.Drop([from], rest, 300); break;
                case 7: Faults.Slow(rest, [from], 50, 10_000); break;
                case 8: Faults.Clog([from], [to]); break;
                case 9: Faults.LoseAnswers([from], [to], 50); break;
                case 10 when open.Count > 0: Faults.Reset(open[_chance.Next(open.Count, "which")]); break;
                case 11 when open.Count > 0: Faults.Reset(open[_chance.Next(open.Count, "which")], 1 + _chance.Next(5000, "after"), _chance.Next(2, "side") == 0); break;
                case 12 when open.Count > 0: Faults.HalfOpen(open[_chance.Next(open.Count, "which")], from); break;
                case 13: Crash(from, ProcessEnd.Kill); break;
                case 14: Crash(from, ProcessEnd.PowerLoss); break;
            }
        }

        private void Crash(string node, ProcessEnd end)
        {
            Flows.ForEach(flow => flow.OnEnd(node));
            Cluster.Node(node).End(end);
            Cluster.RunFor(_chance.Next(3_000_000, "down"));
            Cluster.Node(node).Boot(1);
        }

        private string Node() => s_nodes[_chance.Next(s_nodes.Length, "node")];

        private string Other(string node)
        {
            var other = Node();
            return other == node ? Other(node) : other;
        }
    }

    /// <summary>One direction of a connection and what became of it.</summary>
    private sealed class Flow(string from, string to, byte[] bytes)
    {
        private readonly List<byte> _received = [];
        private int _handedOver;
        private bool _isSent;
        private bool _isReceived;
        private bool _senderIsGone;
        private bool _receiverIsGone;

        internal bool IsPrefix => _received.Count <= Math.Min(bytes.Length, _handedOver)
            && bytes.AsSpan(0, _received.Count).SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_received));

        internal bool IsWhole => _received.Count == bytes.Length && IsPrefix;

        // A sender that vanished leaves a receiver that waits: only who sends finds out.
        internal bool IsOver => (_isSent || _senderIsGone) && (_isReceived || _receiverIsGone || _senderIsGone);

        public override string ToString() =>
            $"{from} to {to}, {_received.Count} of {bytes.Length} bytes, sent {_isSent}, received {_isReceived}";

        internal void OnEnd(string node)
        {
            _senderIsGone |= node == from;
            _receiverIsGone |= node == to;
        }

        internal async Task SendAsync(INetworkStream stream, int part)
        {
            try
            {
                for (var at = 0; at < bytes.Length; at += part)
                {
                    var count = Math.Min(part, bytes.Length - at);
                    _handedOver = at + count;
                    await stream.SendAsync(bytes.AsMemory(at, count), at + count < bytes.Length && at % 3 == 0);
                }
            }
            catch (NetworkException)
            {
                _senderIsGone = true;
            }

            _isSent = true;
        }

        internal async Task ReceiveAsync(INetworkStream stream, int bufferBytes)
        {
            var buffer = new byte[bufferBytes];
            try
            {
                while (_received.Count < bytes.Length && await stream.ReceiveAsync(buffer) is > 0 and var count)
                {
                    _received.AddRange(buffer.AsSpan(0, count));
                }
            }
            catch (NetworkException)
            {
                _receiverIsGone = true;
            }

            _isReceived = true;
        }
    }
}
