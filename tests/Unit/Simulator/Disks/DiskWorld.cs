using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Disks;
using Deterministic.Simulator.Picking;
using Deterministic.Simulator.Worlds;
using Deterministic.Tests.Shared;

namespace Deterministic.Simulator.Tests.Disks;

/// <summary>A world with one node that has a simulated disk, and a process on it. Without a seed every choice is the quiet one.</summary>
internal sealed class DiskWorld
{
    public DiskWorld(ulong? seed = null)
        : this(seed is { } s ? new SeededChooser(s) : new TraceChooser([]))
    {
    }

    public DiskWorld(IChooser chooser)
    {
        Choices = new Choices(chooser);
        World = new World(1, Choices, new UniformPicker(0));
        Node = World.AddNode("broker", (world, node) => Disk = new SimDisk(world, node), (_, _) => new NoNetwork());
        Boot();
    }

    public Choices Choices { get; }

    public World World { get; }

    public SimNode Node { get; }

    public SimDisk Disk { get; private set; } = null!;

    public SimProcess Process { get; private set; } = null!;

    public IDisk Port => Process.Shards[0].Disk;

    public void Boot() => Process = Node.Boot(1);

    public void Restart(ProcessEnd end)
    {
        Node.End(end);
        Boot();
    }

    /// <summary>Runs code on the process's shard, and whatever follows within a virtual second.</summary>
    public void Do(Action action)
    {
        Process.Shards[0].Post(action);
        World.RunUntil(() => false, World.NowUs + 1_000_000);
    }

    /// <summary>A file with all its bytes and its name durable.</summary>
    public IFile MakeFile(string path, int length, byte value)
    {
        Port.CreateDirectory(DiskPath.DirectoryOf(path));
        var file = Port.Open(path, FileOpening.Empty);
        file.Write(0, Filled(length, value));
        file.Flush();
        SyncAbove(path);
        return file;
    }

    /// <summary>A file without bytes, not synced.</summary>
    public IFile MakeEmpty(string path)
    {
        Port.CreateDirectory(DiskPath.DirectoryOf(path));
        return Port.Open(path, FileOpening.Empty);
    }

    /// <summary>Makes the names on the way to a path durable.</summary>
    public void SyncAbove(string path)
    {
        for (var at = DiskPath.DirectoryOf(path); at.Length > 0; at = DiskPath.DirectoryOf(at))
        {
            Port.SyncDirectory(at);
        }

        Port.SyncDirectory("/");
    }

    public byte[] ReadAll(string path)
    {
        using var file = Port.Open(path, FileOpening.ReadOnly);
        var bytes = new byte[file.Length];
        Assert.Equal(bytes.Length, file.Read(0, bytes));
        return bytes;
    }

    public static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private sealed class NoNetwork : IDevice<INetwork>
    {
        public INetwork Attach(SimProcess process) => new MemoryNetwork();

        public void Detach(SimProcess process, ProcessEnd end)
        {
        }
    }
}
