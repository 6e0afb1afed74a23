using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Disks;

/// <summary>An open file of a process. Dies with it.</summary>
internal sealed class OpenFile(AttachedDisk port, SimDisk disk, string path, FileNode node, DiskPoints points) : IFile
{
    private readonly ulong _hash = (ulong)path.Length << 48;
    private bool _isClosed;

    public string Path => path;

    public long Length
    {
        get
        {
            CheckOpen();
            return node.Length;
        }
    }

    internal SimProcess Process => port.Process;

    internal SimDisk Disk => disk;

    internal FileNode Node => node;

    internal CrashPoint FlushDone => points.FlushDone;

    public int Read(long position, Span<byte> buffer)
    {
        Enter(points.Read);
        if (disk.Faults.IsReadFailing(path))
        {
            throw DiskError.InputOutput("read", path);
        }

        return node.Read(position, buffer);
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        Enter(points.Write);
        WriteSpan(position, bytes);
        port.Leave(points.Write);
    }

    public void Write(long position, IReadOnlyList<ReadOnlyMemory<byte>> buffers)
    {
        Enter(points.Write);
        for (var i = 0; i < buffers.Count; i++)
        {
            WriteSpan(position, buffers[i].Span);
            position += buffers[i].Length;
        }

        port.Leave(points.Write);
    }

    public void SetLength(long length)
    {
        Enter(points.SetLength);
        disk.World.Hash.Add(_hash ^ (ulong)length);
        node.SetLength(length);
        port.Leave(points.SetLength);
    }

    public void Flush()
    {
        Enter(points.Flush);
        disk.Flush(this);
        port.Leave(points.Flush);
    }

    public void BeginFlush(FlushCompletion completion, object? state)
    {
        Enter(points.BeginFlush);
        disk.BeginFlush(this, completion, state);
        port.Leave(points.BeginFlush);
    }

    public void Dispose() => _isClosed = true;

    private void WriteSpan(long position, ReadOnlySpan<byte> bytes)
    {
        disk.World.Hash.Add(_hash ^ (ulong)position);
        disk.World.Hash.Add(bytes);
        var fitting = (int)Math.Clamp(node.Length + disk.FreeBytes - position, 0, bytes.Length);
        if (fitting < bytes.Length)
        {
            disk.Faults.Count(FaultKind.DiskFull, path);
            node.Write(position, bytes[..disk.Faults.PartThatLands(fitting)]);
            throw DiskError.Full("write", path);
        }

        if (disk.Faults.IsWriteFailing(path))
        {
            node.Write(position, bytes[..disk.Faults.PartThatLands(bytes.Length - 1)]);
            throw DiskError.InputOutput("write", path);
        }

        if (disk.Faults.IsWrittenBackEarly())
        {
            node.WriteBack(position, bytes.Length);
        }

        node.Write(position, bytes);
    }

    private void Enter(CrashPoint point)
    {
        CheckOpen();
        port.Enter(point);
    }

    private void CheckOpen()
    {
        port.Process.CheckAlive();
        ObjectDisposedException.ThrowIf(_isClosed, this);
    }
}
