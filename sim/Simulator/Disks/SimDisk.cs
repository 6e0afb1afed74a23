using Deterministic.Kernel.Ports;
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

    private readonly Happenings _flushes;
    private readonly Stack<FlushOperation> _free = new();
    private readonly Dictionary<string, DiskPoints> _points = new(StringComparer.Ordinal);
    private SimProcess? _process;

    /// <summary>An empty disk of a node.</summary>
    public SimDisk(World world, string node)
    {
        World = world;
        Node = node;
        _flushes = world.AddHappenings($"{node}/disk");
    }

    /// <summary>The node's name.</summary>
    public string Node { get; }

    /// <summary>Bytes that all files may have together.</summary>
    public long CapacityBytes { get; set; } = 1L << 40;

    /// <summary>What a flush takes at most when nothing slows it, in microseconds.</summary>
    public long FlushLatencyMaxUs { get; set; } = 2_000;

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
            Volume.LosePower(World.Choices, tears: true, World.FaultCounts);
        }
    }

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
        _flushes.After(
            FlushLatencyMinUs + World.Choices.Skewed(FlushLatencyMaxUs, "disk.flush-latency"),
            static state => ((FlushOperation)state!).File!.Disk.EndFlush((FlushOperation)state),
            operation);
    }

    internal void Recycle(FlushOperation operation)
    {
        operation.Forget();
        _free.Push(operation);
    }

    /// <summary>What the kernel was asked to flush it flushes, even when who asked is gone; after a loss of power nothing is left to flush.</summary>
    private void EndFlush(FlushOperation operation)
    {
        var (process, point) = (operation.Process, operation.File!.FlushDone);
        if (process.IsAlive)
        {
            World.CrashPoints.Before(process, point);
        }

        operation.File.Node.EndFlush();
        if (!process.IsAlive)
        {
            Recycle(operation);
            return;
        }

        operation.Post();
        World.CrashPoints.After(process, point);
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
