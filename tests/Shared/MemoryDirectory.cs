using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>A directory of <see cref="MemoryDisk"/>: names as they are, names as they are durable, and the changes between, in order.</summary>
internal sealed class MemoryDirectory
{
    private readonly Dictionary<string, object> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> _durable = new(StringComparer.Ordinal);
    private readonly List<Action<Dictionary<string, object>>> _changes = [];

    internal object? Find(string name) => _names.GetValueOrDefault(name);

    internal IEnumerable<string> Names() => _names.Keys;

    internal void Set(string name, object node) => Change(names => names[name] = node);

    internal void Remove(string name) => Change(names => names.Remove(name));

    internal void Move(string from, string to, object node) => Change(names =>
    {
        names.Remove(from);
        names[to] = node;
    });

    internal void Sync()
    {
        _changes.Clear();
        CopyTo(_durable, _names);
    }

    internal void SyncAll()
    {
        Sync();
        foreach (var node in _names.Values)
        {
            (node as MemoryDirectory)?.SyncAll();
            (node as MemoryFileData)?.Flush(int.MaxValue);
        }
    }

    /// <summary>File systems keep changes of names in order: what survives is a prefix of them.</summary>
    internal void Crash(IRandom? random)
    {
        var kept = random is null ? 0 : random.Next(_changes.Count + 1);
        foreach (var change in _changes.Take(kept))
        {
            change(_durable);
        }

        _changes.Clear();
        CopyTo(_names, _durable);
        foreach (var node in _names.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => n.Value))
        {
            (node as MemoryDirectory)?.Crash(random);
            (node as MemoryFileData)?.Crash(random);
        }
    }

    internal long Bytes()
    {
        long bytes = 0;
        foreach (var node in _names.Values)
        {
            bytes += (node as MemoryDirectory)?.Bytes() ?? ((MemoryFileData)node).Length;
        }

        return bytes;
    }

    private void Change(Action<Dictionary<string, object>> change)
    {
        change(_names);
        _changes.Add(change);
    }

    private static void CopyTo(Dictionary<string, object> target, Dictionary<string, object> source)
    {
        target.Clear();
        foreach (var (name, node) in source)
        {
            target[name] = node;
        }
    }
}
