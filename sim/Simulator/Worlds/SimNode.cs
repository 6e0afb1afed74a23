using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Simulator.Worlds;

/// <summary>A machine: clocks, a disk and a network card that outlive the processes that run on it, one at a time.</summary>
public sealed class SimNode(World world, int index, string name, IDevice<IDisk> disk, IDevice<INetwork> network)
{
    private int _lives;

    /// <summary>Its world.</summary>
    public World World => world;

    /// <summary>Its number in the world, from 0.</summary>
    public int Index => index;

    /// <summary>Its name, which is also its host name.</summary>
    public string Name => name;

    /// <summary>Its clocks.</summary>
    public SimClock Clock { get; } = new(world);

    /// <summary>Its disk.</summary>
    public IDevice<IDisk> Disk => disk;

    /// <summary>Its network card.</summary>
    public IDevice<INetwork> Network => network;

    /// <summary>The process that runs, or null.</summary>
    public SimProcess? Process { get; private set; }

    /// <summary>How the last process ended; null before the first one has.</summary>
    public ProcessEnd? LastEnd { get; private set; }

    /// <summary>While true none of its code runs; disk and network go on. The zombie when it ends.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Virtual time that one run of a shard takes, in microseconds.</summary>
    public long RunCostUs { get; set; } = 2;

    /// <summary>Posts that a shard executes in one run.</summary>
    public int WorkMax { get; set; } = 1;

    /// <summary>Starts a new process with so many shards; its code is what the caller posts to them.</summary>
    public SimProcess Boot(int shardCount)
    {
        Check.That(Process is null, $"{name} runs already");
        Process = new SimProcess(this, ++_lives, shardCount);
        world.Note(name, "boot");
        return Process;
    }

    /// <summary>
    /// Ends the process that runs. Called from within that process's own code (at a crash point) the port that called must
    /// throw through <see cref="SimProcess.CheckAlive"/> afterwards.
    /// </summary>
    public void End(ProcessEnd end)
    {
        Check.That(Process is not null, $"{name} does not run");
        world.Note(name, end switch { ProcessEnd.Exit => "exit", ProcessEnd.Kill => "killed", _ => "power loss" });
        var process = Process;
        Process = null;
        LastEnd = end;
        IsPaused = false;
        process.End(end);
    }
}
