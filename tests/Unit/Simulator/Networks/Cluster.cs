using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Networks;
using Deterministic.Simulator.Picking;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Networks;

/// <summary>Nodes without disks on one network, and what their programs do.</summary>
internal sealed class Cluster
{
    internal const int Port = 9092;
    internal const long Second = 1_000_000;

    private readonly List<Task> _programs = [];

    internal Cluster(ulong seed = 1, NetworkSettings? settings = null, int nodes = 2, EventLog? log = null, string firstName = "a")
    {
        World = new World(seed, new Choices(new SeededChooser(seed)), new UniformPicker(50)) { Log = log };
        Network = new SimNetwork(World, settings ?? new NetworkSettings());
        for (var i = 0; i < nodes; i++)
        {
            World.AddNode(((char)(firstName[0] + i)).ToString(), static (_, _) => new NoDisk(), Network.AddCard).Boot(1);
        }
    }

    internal World World { get; }

    internal SimNetwork Network { get; }

    internal SimNode Node(string name) => World.Nodes.Single(node => node.Name == name);

    internal Shard Shard(string node) => Node(node).Process!.Shards[0];

    /// <summary>Starts a program on a node; what it throws comes out of <see cref="Run(Func{bool}, long)"/>.</summary>
    internal Task Start(string node, Func<INetwork, Task> program)
    {
        var shard = Shard(node);
        var done = new TaskCompletionSource();
        shard.Post(() => _ = Watch(program, shard.Network, done));
        _programs.Add(done.Task);
        return done.Task;
    }

    /// <summary>Runs the world until the condition holds; false when it did not in time.</summary>
    internal bool Run(Func<bool> condition, long forUs = 60 * Second)
    {
        var held = World.RunUntil(condition, World.NowUs + forUs);
        foreach (var program in _programs)
        {
            if (program.IsFaulted)
            {
                program.GetAwaiter().GetResult();
            }
        }

        return held;
    }

    internal void RunFor(long us) => Run(static () => false, us);

    /// <summary>Runs until all these programs are done.</summary>
    internal void Finish(params Task[] programs) =>
        Assert.True(Run(() => programs.All(static program => program.IsCompleted)), "a program is not done after a minute");

    /// <summary>A stream between two nodes, both ends open.</summary>
    internal (INetworkStream Client, INetworkStream Server) Pair(string from = "a", string to = "b", int port = Port)
    {
        INetworkStream? client = null;
        INetworkStream? server = null;
        var isListening = false;
        var accepted = Start(to, async network =>
        {
            using var listener = network.Listen(to, port);
            isListening = true;
            server = (await listener.AcceptAsync()).Open();
        });
        Assert.True(Run(() => isListening));
        var connected = Start(from, async network => client = await network.ConnectAsync(to, port));
        Finish(accepted, connected);
        return (client!, server!);
    }

    /// <summary>Receives until the end or a break; what came, and how it ended.</summary>
    internal Received Receive(string node, INetworkStream stream, int bufferBytes = 4096)
    {
        var received = new Received();
        _ = Start(node, async _ =>
        {
            var buffer = new byte[bufferBytes];
            try
            {
                while (await stream.ReceiveAsync(buffer) is > 0 and var count)
                {
                    received.Bytes.AddRange(buffer.AsSpan(0, count));
                    received.Chunks++;
                }

                received.IsEnded = true;
            }
            catch (NetworkException e)
            {
                received.Failure = e.Message;
            }
        });
        return received;
    }

    /// <summary>Sends bytes; the failure, if there was one, is where the result says.</summary>
    internal Sent Send(string node, INetworkStream stream, byte[] bytes)
    {
        var sent = new Sent();
        _ = Start(node, async _ =>
        {
            try
            {
                await stream.SendAsync(bytes);
                sent.IsDone = true;
            }
            catch (NetworkException e)
            {
                sent.Failure = e.Message;
            }
        });
        return sent;
    }

    internal static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            bytes[i] = (byte)(i * 31 + (i >> 8));
        }

        return bytes;
    }

    private static async Task Watch(Func<INetwork, Task> program, INetwork network, TaskCompletionSource done)
    {
        try
        {
            await program(network);
            done.SetResult();
        }
        catch (Exception e) when (e is not ProcessEndedException)
        {
            done.SetException(e);
        }
    }

    internal sealed class Received
    {
        internal List<byte> Bytes { get; } = [];

        internal int Chunks { get; set; }

        internal bool IsEnded { get; set; }

        internal string? Failure { get; set; }

        internal bool IsOver => IsEnded || Failure is not null;
    }

    internal sealed class Sent
    {
        internal bool IsDone { get; set; }

        internal string? Failure { get; set; }
    }
}
