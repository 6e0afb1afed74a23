using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Disks;

/// <summary>The disk as one process uses it. Dies with it.</summary>
internal sealed class AttachedDisk(SimDisk disk, SimProcess process) : IDisk
{
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);

    internal SimProcess Process => process;

    private Volume Volume => disk.Volume;

    public IFile Open(string path, FileOpening opening)
    {
        var points = disk.PointsOfFile(path);
        if (Find(path) is FileNode node)
        {
            Enter(points.Open);
            var file = new OpenFile(this, disk, path, node, points);
            if (opening == FileOpening.Empty)
            {
                file.SetLength(0);
            }

            return file;
        }

        if (opening is FileOpening.Existing or FileOpening.ReadOnly)
        {
            throw new FileNotFoundException($"Cannot open {path}: No such file or directory", path);
        }

        node = new FileNode(Volume);
        Add(path, node, points.Create);
        return new OpenFile(this, disk, path, node, points);
    }

    public bool FileExists(string path) => Find(path) is FileNode;

    public bool DirectoryExists(string path) => Find(path) is DirectoryNode;

    public IReadOnlyList<string> ListFiles(string directory) => List<FileNode>(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => List<DirectoryNode>(directory);

    public void CreateDirectory(string path)
    {
        if (Find(path) is DirectoryNode)
        {
            return;
        }

        if (DiskPath.DirectoryOf(path) is { Length: > 0 } above)
        {
            CreateDirectory(above);
        }

        Add(path, new DirectoryNode(Volume), disk.PointsOfDirectory(path).Create);
    }

    public void Rename(string from, string to)
    {
        var node = Find(from) ?? throw new FileNotFoundException($"Cannot rename {from}: No such file or directory", from);
        if (DiskPath.DirectoryOf(from) != DiskPath.DirectoryOf(to))
        {
            throw DiskError.AcrossDirectories("rename", $"{from} to {to}");
        }

        if (Find(to) is DirectoryNode)
        {
            throw DiskError.InTheWay("rename", $"{from} to {to}");
        }

        var point = (node is FileNode ? disk.PointsOfFile(to) : disk.PointsOfDirectory(to)).Rename;
        Do("rename", to, point, () =>
        {
            if (from != to)
            {
                ParentOf(from).Rename(DiskPath.NameOf(from), DiskPath.NameOf(to));
            }
        });
    }

    public void DeleteFile(string path)
    {
        if (Find(path) is FileNode)
        {
            Delete(path, disk.PointsOfFile(path).Delete);
        }
    }

    public void DeleteDirectory(string path)
    {
        if (Find(path) is not DirectoryNode directory)
        {
            return;
        }

        foreach (var name in directory.Names<FileNode>())
        {
            DeleteFile(DiskPath.Join(path, name));
        }

        foreach (var name in directory.Names<DirectoryNode>())
        {
            DeleteDirectory(DiskPath.Join(path, name));
        }

        Delete(path, disk.PointsOfDirectory(path).Delete);
    }

    public void SyncDirectory(string path)
    {
        var directory = DirectoryAt(path);
        Do("sync", path, disk.PointsOfDirectory(path).Sync, directory.Sync);
    }

    public (long TotalBytes, long UsableBytes) SpaceOf(string path)
    {
        process.CheckAlive();
        return (disk.CapacityBytes, disk.FreeBytes);
    }

    public IDisposable? TryLock(string path)
    {
        process.CheckAlive();
        if (!_locks.Add(path))
        {
            return null;
        }

        Open(path, FileOpening.OrCreate).Dispose();
        return new HeldLock(_locks, path);
    }

    /// <summary>The process is about to do what the point stands for; it may be its end.</summary>
    internal void Enter(CrashPoint point)
    {
        process.CheckAlive();
        disk.World.CrashPoints.Before(process, point);
        process.CheckAlive();
    }

    /// <summary>It is done; it may have been the last thing.</summary>
    internal void Leave(CrashPoint point)
    {
        disk.World.CrashPoints.After(process, point);
        process.CheckAlive();
    }

    private void Add(string path, DiskNode node, CrashPoint point)
    {
        var directory = ParentOf(path);
        if (disk.FreeBytes == 0 && disk.World.Choices.Next(2, "disk.create-full") == 1)
        {
            disk.Faults.Count(FaultKind.DiskFull, path);
            throw DiskError.Full("create", path);
        }

        Do("create", path, point, () => directory.Add(DiskPath.NameOf(path), node));
    }

    private void Delete(string path, CrashPoint point) =>
        Do("delete", path, point, () => ParentOf(path).Remove(DiskPath.NameOf(path)));

    /// <summary>Changes names. A call that fails may have had its effect.</summary>
    private void Do(string operation, string path, CrashPoint point, Action effect)
    {
        Enter(point);
        disk.Fold(operation, path);
        var isFailing = disk.Faults.IsNameFailing(path);
        if (!isFailing || disk.World.Choices.Next(2, "disk.name-error-after") == 1)
        {
            effect();
        }

        Leave(point);
        if (isFailing)
        {
            throw DiskError.InputOutput(operation, path);
        }
    }

    private List<string> List<T>(string path)
        where T : DiskNode
    {
        var directory = DirectoryAt(path);
        Enter(disk.PointsOfDirectory(path).List);
        return directory.Names<T>();
    }

    private DiskNode? Find(string path)
    {
        process.CheckAlive();
        return Volume.Find(path);
    }

    private DirectoryNode DirectoryAt(string path) => Find(path) as DirectoryNode
        ?? throw new DirectoryNotFoundException($"Cannot use {path}: No such file or directory");

    private DirectoryNode ParentOf(string path) => DirectoryAt(DiskPath.DirectoryOf(path));

    private sealed class HeldLock(HashSet<string> locks, string path) : IDisposable
    {
        public void Dispose() => locks.Remove(path);
    }
}
