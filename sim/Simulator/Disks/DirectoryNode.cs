using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Disks;

/// <summary>
/// A directory: the names as they are, and the changes that are not synced, in order. Owned by one disk.
/// </summary>
internal sealed class DirectoryNode(Volume volume) : DiskNode
{
    private readonly Dictionary<string, DiskNode> _names = new(StringComparer.Ordinal);
    private readonly List<NameChange> _changes = [];
    private int _operations;

    internal DiskNode? Find(ReadOnlySpan<char> name) =>
        _names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var node) ? node : null;

    /// <summary>The names of the nodes of one kind, in ordinal order.</summary>
    internal List<string> Names<T>()
        where T : DiskNode
    {
        var names = new List<string>();
        foreach (var (name, node) in _names)
        {
            if (node is T)
            {
                names.Add(name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>Whether a loss of power cannot change what the name stands for.</summary>
    internal bool IsSynced(string name)
    {
        foreach (var change in _changes)
        {
            if (string.Equals(change.Name, name, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    internal void Add(string name, DiskNode node)
    {
        Change(name, node);
        _operations++;
    }

    internal void Remove(string name)
    {
        Change(name, null);
        _operations++;
    }

    /// <summary>What has the new name is replaced in the same step.</summary>
    internal void Rename(string from, string to)
    {
        var node = _names[from];
        Change(from, null);
        Change(to, node);
        _operations++;
    }

    /// <summary>The names are durable as they are.</summary>
    internal void Sync()
    {
        if (_changes.Count == 0)
        {
            return;
        }

        foreach (var change in _changes)
        {
            if (change.Before is FileNode { IsNamed: false } gone)
            {
                volume.UnmarkUnclean(gone);
            }
        }

        _changes.Clear();
        volume.UnmarkUnsynced(this);
    }

    /// <summary>
    /// Of the calls that were not synced a chosen part survives; true when one did not. Each is all or nothing. Calls that have
    /// no name in common are independent of each other; of those that do, the first ones survive.
    /// 0 is the quiet choice: all survive.
    /// </summary>
    internal bool LosePower(Choices choices, DiskFaults faults)
    {
        var fate = choices.Next(faults.LosesNames ? 3 : 1, "disk.power-loss.directory");
        var isLost = fate switch
        {
            0 => new bool[_operations],
            1 => Enumerable.Repeat(true, _operations).ToArray(),
            _ => ChooseLost(choices),
        };
        Undo(isLost);
        Sync();
        return Array.Exists(isLost, lost => lost);
    }

    /// <summary>Adds the files that match, in the order of their paths.</summary>
    internal void Collect(List<FileNode> files, Func<FileNode, bool> matches)
    {
        foreach (var name in Names<DiskNode>())
        {
            var node = _names[name];
            (node as DirectoryNode)?.Collect(files, matches);
            if (node is FileNode file && matches(file))
            {
                files.Add(file);
            }
        }
    }

    /// <summary>Takes in copies of what another directory holds, as durable as can be.</summary>
    internal void CopyFrom(DirectoryNode other)
    {
        foreach (var name in other.Names<DiskNode>())
        {
            if (other._names[name] is FileNode file)
            {
                Add(name, file.CopyTo(volume));
                continue;
            }

            var directory = new DirectoryNode(volume);
            Add(name, directory);
            directory.CopyFrom((DirectoryNode)other._names[name]);
        }

        Sync();
    }

    internal long CountBytes()
    {
        var bytes = 0L;
        foreach (var node in _names.Values)
        {
            bytes += node is DirectoryNode directory ? directory.CountBytes() : ((FileNode)node).Length;
        }

        return bytes;
    }

    private void Change(string name, DiskNode? node)
    {
        if (_changes.Count == 0)
        {
            _operations = 0;
            volume.MarkUnsynced(this);
        }

        var before = _names.GetValueOrDefault(name);
        _changes.Add(new NameChange(_operations, name, before, node));
        if (before is not null)
        {
            before.Parent = null;
            volume.UsedBytes -= (before as FileNode)?.Length ?? 0;
        }

        Set(name, node);
        volume.UsedBytes += (node as FileNode)?.Length ?? 0;
    }

    private void Set(string name, DiskNode? node)
    {
        if (node is null)
        {
            _names.Remove(name);
        }
        else
        {
            _names[name] = node;
            node.Parent = this;
            node.Name = name;
        }
    }

    private bool[] ChooseLost(Choices choices)
    {
        var groups = Groups();
        var isLost = new bool[_operations];
        for (var group = 0; group < _operations; group++)
        {
            var count = groups.Count(g => g == group);
            var kept = count - choices.Next(count + 1, "disk.power-loss.names");
            for (var i = 0; i < _operations; i++)
            {
                isLost[i] |= groups[i] == group && kept-- <= 0;
            }
        }

        return isLost;
    }

    /// <summary>For each call the first one that it is connected to by names.</summary>
    private int[] Groups()
    {
        var groups = Enumerable.Range(0, _operations).ToArray();
        var lastOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var change in _changes)
        {
            if (lastOf.TryGetValue(change.Name, out var last))
            {
                var (low, high) = (Math.Min(groups[last], groups[change.Operation]), Math.Max(groups[last], groups[change.Operation]));
                for (var i = 0; i < groups.Length; i++)
                {
                    groups[i] = groups[i] == high ? low : groups[i];
                }
            }

            lastOf[change.Name] = change.Operation;
        }

        return groups;
    }

    private void Undo(bool[] isLost)
    {
        for (var i = _changes.Count - 1; i >= 0; i--)
        {
            if (isLost[_changes[i].Operation])
            {
                Set(_changes[i].Name, _changes[i].Before);
            }
        }

        foreach (var change in _changes)
        {
            Unname(change.Before);
            Unname(change.After);
        }

        foreach (var change in _changes)
        {
            Set(change.Name, _names.GetValueOrDefault(change.Name));
        }
    }

    private static void Unname(DiskNode? node)
    {
        if (node is not null)
        {
            node.Parent = null;
        }
    }
}
