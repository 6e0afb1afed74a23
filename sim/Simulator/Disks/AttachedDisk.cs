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

        Enter(points.Create);
        node = new FileNode(Volume);
        ParentOf(path).Add(DiskPath.NameOf(path), node);
        disk.Fold("create", path);
        Leave(points.Create);
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

        var point = disk.PointsOfDirectory(path).Create;
        Enter(point);
        ParentOf(path).Add(DiskPath.NameOf(path), new DirectoryNode(Volume));
        disk.Fold("mkdir", path);
        Leave(point);
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
        Enter(point);
        if (from != to)
        {
            ParentOf(from).Rename(DiskPath.NameOf(from), DiskPath.NameOf(to));
        }

        disk.Fold("rename", to);
        Leave(point);
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
        var point = disk.PointsOfDirectory(path).Sync;
        Enter(point);
        directory.Sync();
        Leave(point);
    }

    public (long TotalBytes, long UsableBytes) SpaceOf(string path)
    {
        process.CheckAlive();
        return (disk.CapacityBytes, Math.Max(0, disk.CapacityBytes - Volume.UsedBytes));
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

    private void Delete(string path, CrashPoint point)
    {
        Enter(point);
        ParentOf(path).Remove(DiskPath.NameOf(path));
        disk.Fold("delete", path);
        Leave(point);
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
