using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Disks;

/// <summary>
/// The disk of a node, with its page cache. Writes land in the cache; a flush brings them to the device; names are on the device
/// after their directory was synced. A process that is killed leaves the cache behind; when the power goes, a chosen part of
/// what had not been flushed or synced survives. Survives the node's processes.
/// </summary>
public sealed class SimDisk : IDevice<IDisk>
{
    private const long FlushLatencyMinUs = 20;
    private const long BlockedMaxUs = 5_000_000;

    private readonly Happenings _flushes;
    private readonly Queue<FlushOperation> _stalled = new();
    private readonly Stack<FlushOperation> _free = new();
    private readonly Dictionary<string, DiskPoints> _points = new(StringComparer.Ordinal);
    private SimProcess? _process;

    /// <summary>An empty disk of a node.</summary>
    public SimDisk(World world, string node)
    {
        World = world;
        Node = node;
        Faults = new DiskFaults(this);
        _flushes = world.AddHappenings($"{node}/disk");
    }

    /// <summary>The node's name.</summary>
    public string Node { get; }

    /// <summary>What goes wrong with it.</summary>
    public DiskFaults Faults { get; }

    /// <summary>Bytes that all files may have together.</summary>
    public long CapacityBytes { get; set; } = 1L << 40;

    /// <summary>What a flush takes at most when nothing slows it, in microseconds.</summary>
    public long FlushLatencyMaxUs { get; set; } = 2_000;

    /// <summary>Bytes that are left.</summary>
    public long FreeBytes => Math.Max(0, CapacityBytes - Volume.UsedBytes - Faults.OtherBytes);

    internal World World { get; }

    internal Volume Volume { get; private set; } = new();

    /// <inheritdoc/>
    public IDisk Attach(SimProcess process)
    {
        _process = process;
        return new AttachedDisk(this, process);
    }

    /// <inheritdoc/>
    public void Detach(SimProcess process, ProcessEnd end)
    {
        _process = null;
        if (end == ProcessEnd.PowerLoss)
        {
            Volume.LosePower(World.Choices, Faults, World.FaultCounts);
        }
    }

    /// <summary>A copy of what it holds, without damage.</summary>
    public DiskImage TakeImage() => new(Volume);

    /// <summary>Another disk is put in while no process runs: an older copy of this one, or a copy of another machine's.</summary>
    public void Replace(DiskImage image) => Replace(image.ToVolume(), FaultKind.DiskSwap);

    /// <summary>An empty disk is put in while no process runs.</summary>
    public void ReplaceByEmpty() => Replace(new Volume(), FaultKind.TotalDataLoss);

    internal DiskPoints PointsOfFile(string path) => PointsOf(DiskPoints.KindOfFile(path));

    internal DiskPoints PointsOfDirectory(string path) => PointsOf(DiskPoints.KindOfDirectory(path));

    internal void Fold(string operation, string path)
    {
        World.Hash.Add(operation);
        World.Hash.Add(path);
    }

    internal void BeginFlush(OpenFile file, FlushCompletion completion, object? state)
    {
        if (!_free.TryPop(out var operation))
        {
            operation = new FlushOperation();
        }

        operation.Begin(file, completion, state);
        file.Node.BeginFlush();
        _flushes.After(ChooseLatencyUs(), static state => ((FlushOperation)state!).File!.Disk.EndFlush((FlushOperation)state), operation);
    }

    /// <summary>Nobody can wait in virtual time while its code is on the stack: the flush ends at once, and the shard is busy for as long as it takes.</summary>
    internal void Flush(OpenFile file)
    {
        file.Process.SpendUntil(Math.Min(Faults.StalledUntilUs, World.NowUs + BlockedMaxUs)); // One stall, however many flushes meet it.
        file.Process.Spend(ChooseLatencyUs());
        file.Node.BeginFlush();
        if (TryFlush(file) is { } error)
        {
            throw error;
        }
    }

    internal void ReleaseStalled()
    {
        while (Faults.StalledUntilUs <= World.NowUs && _stalled.TryDequeue(out var operation))
        {
            EndFlush(operation);
        }
    }

    internal void Recycle(FlushOperation operation)
    {
        operation.Forget();
        _free.Push(operation);
    }

    private long ChooseLatencyUs() =>
        Faults.FlushLatencyUs(FlushLatencyMinUs + World.Choices.Skewed(FlushLatencyMaxUs, "disk.flush-latency"));

    /// <summary>What the kernel was asked to flush it flushes, even when who asked is gone; after a loss of power nothing is left to flush.</summary>
    private void EndFlush(FlushOperation operation)
    {
        if (Faults.StalledUntilUs > World.NowUs)
        {
            _stalled.Enqueue(operation);
            _flushes.At(Faults.StalledUntilUs, ReleaseStalled);
            return;
        }

        var (file, process) = (operation.File!, operation.Process);
        if (process.IsAlive)
        {
            World.CrashPoints.Before(process, file.FlushDone);
        }

        if (!process.IsAlive)
        {
            file.Node.EndFlush();
            Recycle(operation);
            return;
        }

        operation.Error = TryFlush(file);
        operation.Post();
        World.CrashPoints.After(process, file.FlushDone);
    }

    private IOException? TryFlush(OpenFile file)
    {
        if (Faults.IsFlushFailing(file.Node, file.Path))
        {
            return DiskError.InputOutput("flush", file.Path);
        }

        var misdirection = Faults.Misdirect(file.Node);
        file.Node.EndFlush();
        misdirection?.Invoke();
        return null;
    }

    private void Replace(Volume volume, FaultKind kind)
    {
        Check.That(_process is null, $"the disk of {Node} is in use");
        Volume = volume;
        Faults.Forget();
        World.FaultCounts.Add(kind);
        World.Note(Node, kind == FaultKind.DiskSwap ? "disk swapped" : "disk replaced by an empty one");
    }

    private DiskPoints PointsOf(string kind)
    {
        if (!_points.TryGetValue(kind, out var points))
        {
            points = new DiskPoints(World.CrashPoints, kind);
            _points.Add(kind, points);
        }

        return points;
    }
}
