using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>
/// A disk in memory that crashes as real ones do: writes stay in a page cache until flushed; names are durable only after
/// their directory was synced; a crash keeps a chosen part of what was not. Counts its steps, so that a test can crash at each.
/// </summary>
public sealed class MemoryDisk : IDisk
{
    private readonly MemoryDirectory _root = new();
    private readonly Queue<Action> _heldFlushes = new();
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);

    /// <summary>Calls that change something or flush, so far.</summary>
    public int Steps { get; private set; }

    /// <summary>The step at which the power goes: <see cref="PowerLossException"/> is thrown instead of doing it. 0 for never.</summary>
    public int PowerLossAtStep { get; set; }

    /// <summary>Asked at every step with what is done and to which path; what it returns is thrown.</summary>
    public Func<string, string, IOException?>? Fault { get; set; }

    /// <summary>Makes reads of a file fail.</summary>
    public Func<string, IOException?>? ReadFault { get; set; }

    /// <summary>Whether <see cref="IFile.BeginFlush"/> waits for <see cref="CompleteFlushes"/>.</summary>
    public bool HoldsFlushes { get; set; }

    /// <summary>Bytes all files may have together; writes beyond fail.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>What was done, step by step, when a test wants to see it.</summary>
    public IList<string>? Trace { get; set; }

    /// <summary>Flushes begun and not completed.</summary>
    public int HeldFlushCount => _heldFlushes.Count;

    /// <summary>Completes what was held.</summary>
    public void CompleteFlushes()
    {
        while (_heldFlushes.TryDequeue(out var flush))
        {
            flush();
        }
    }

    /// <summary>
    /// The machine stops. Without <paramref name="random"/> only what was synced survives; with it any part of the rest does,
    /// torn at 512 bytes. Open files are dead afterwards.
    /// </summary>
    public void Crash(IRandom? random)
    {
        _heldFlushes.Clear();
        _locks.Clear();
        PowerLossAtStep = 0;
        Fault = null;
        _root.Crash(random);
    }

    /// <summary>The process stops, the machine does not: all that was written is there.</summary>
    public void KillProcess()
    {
        _heldFlushes.Clear();
        _locks.Clear();
        PowerLossAtStep = 0;
        Fault = null;
    }

    /// <summary>Makes all there is durable, as a starting point.</summary>
    public void SyncAll() => _root.SyncAll();

    /// <inheritdoc/>
    public IFile Open(string path, FileOpening opening)
    {
        var directory = DirectoryAt(DiskPath.DirectoryOf(path)) ?? throw new DirectoryNotFoundException($"{path}: its directory does not exist");
        var name = DiskPath.NameOf(path);
        if (directory.Find(name) is not MemoryFileData data)
        {
            if (opening is FileOpening.Existing or FileOpening.ReadOnly)
            {
                throw new FileNotFoundException($"{path} does not exist");
            }

            Step("create", path);
            data = new MemoryFileData();
            directory.Set(name, data);
        }
        else if (opening == FileOpening.Empty)
        {
            Step("empty", path);
            data.SetLength(0);
        }

        return new MemoryFile(this, path, data);
    }

    /// <inheritdoc/>
    public bool FileExists(string path) =>
        DirectoryAt(DiskPath.DirectoryOf(path))?.Find(DiskPath.NameOf(path)) is MemoryFileData;

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => DirectoryAt(path) is not null;

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => List<MemoryFileData>(directory);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) => List<MemoryDirectory>(directory);

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        var at = _root;
        foreach (var name in Names(path))
        {
            if (at.Find(name) is not MemoryDirectory next)
            {
                Step("mkdir", path);
                next = new MemoryDirectory();
                at.Set(name, next);
            }

            at = next;
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        Step("rename", $"{from} -> {to}");
        var directory = DirectoryAt(DiskPath.DirectoryOf(from));
        var node = directory?.Find(DiskPath.NameOf(from)) ?? throw new FileNotFoundException($"{from} does not exist");
        if (DiskPath.DirectoryOf(from) != DiskPath.DirectoryOf(to))
        {
            throw new IOException("this disk renames within a directory only");
        }

        directory!.Move(DiskPath.NameOf(from), DiskPath.NameOf(to), node);
    }

    /// <inheritdoc/>
    public void DeleteFile(string path)
    {
        if (FileExists(path))
        {
            Step("delete", path);
            DirectoryAt(DiskPath.DirectoryOf(path))!.Remove(DiskPath.NameOf(path));
        }
    }

    /// <inheritdoc/>
    public void DeleteDirectory(string path)
    {
        if (DirectoryExists(path))
        {
            Step("rmdir", path);
            DirectoryAt(DiskPath.DirectoryOf(path))!.Remove(DiskPath.NameOf(path));
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        Step("syncdir", path);
        (DirectoryAt(path) ?? throw new DirectoryNotFoundException(path)).Sync();
    }

    /// <inheritdoc/>
    public (long TotalBytes, long UsableBytes) SpaceOf(string path) => (CapacityBytes, CapacityBytes - _root.Bytes());

    /// <inheritdoc/>
    public IDisposable? TryLock(string path) => _locks.Add(path) ? new HeldLock(_locks, path) : null;

    internal void Step(string doing, string path)
    {
        Steps++;
        Trace?.Add($"{Steps} {doing} {path}");
        if (Steps == PowerLossAtStep)
        {
            throw new PowerLossException($"{Steps} {doing} {path}");
        }

        if (Fault?.Invoke(doing, path) is { } error)
        {
            throw error;
        }
    }

    internal void CheckSpace(long addedBytes)
    {
        if (CapacityBytes != long.MaxValue && _root.Bytes() + addedBytes > CapacityBytes)
        {
            throw new IOException("No space left on device");
        }
    }

    internal void BeginFlush(string path, MemoryFileData data, FlushCompletion completion, object? state)
    {
        Step("begin-flush", path);
        var shard = Shard.Current;
        var covered = data.PendingCount;
        if (HoldsFlushes)
        {
            _heldFlushes.Enqueue(() => Complete(path, data, covered, shard, completion, state));
        }
        else
        {
            Complete(path, data, covered, shard, completion, state);
        }
    }

    private void Complete(string path, MemoryFileData data, int covered, Shard shard, FlushCompletion completion, object? state)
    {
        var error = Fault?.Invoke("flush", path);
        if (error is null)
        {
            data.Flush(covered);
        }

        shard.Post(() => completion(state, error));
    }

    private List<string> List<T>(string path)
    {
        var directory = DirectoryAt(path) ?? throw new DirectoryNotFoundException(path);
        var names = directory.Names().Where(n => directory.Find(n) is T).ToList();
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private MemoryDirectory? DirectoryAt(string path)
    {
        var at = _root;
        foreach (var name in Names(path))
        {
            if (at.Find(name) is not MemoryDirectory next)
            {
                return null;
            }

            at = next;
        }

        return at;
    }

    private static string[] Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private sealed class HeldLock(HashSet<string> locks, string path) : IDisposable
    {
        public void Dispose() => locks.Remove(path);
    }
}
