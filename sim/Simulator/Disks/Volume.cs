using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Faults;

namespace Deterministic.Simulator.Disks;

/// <summary>The file system of one disk: its tree and what the device does not have yet. Replaced as a whole when the disk is.</summary>
internal sealed class Volume
{
    private readonly List<FileNode> _unclean = [];
    private readonly List<DirectoryNode> _unsynced = [];

    internal Volume() => Root = new DirectoryNode(this);

    internal DirectoryNode Root { get; }

    internal PagePool Pages { get; } = new();

    /// <summary>Bytes in all files that have a name.</summary>
    internal long UsedBytes { get; set; }

    /// <summary>The same files on another disk, all durable, without the damage that this one has.</summary>
    internal Volume Copy()
    {
        var copy = new Volume();
        copy.Root.CopyFrom(Root);
        return copy;
    }

    /// <summary>What has that path, or null.</summary>
    internal DiskNode? Find(ReadOnlySpan<char> path)
    {
        DiskNode? at = Root;
        foreach (var range in path.Split('/'))
        {
            if (path[range].Length > 0)
            {
                at = (at as DirectoryNode)?.Find(path[range]);
            }
        }

        return at;
    }

    internal void MarkUnclean(FileNode file)
    {
        if (file.UncleanIndex < 0)
        {
            file.UncleanIndex = _unclean.Count;
            _unclean.Add(file);
        }
    }

    internal void UnmarkUnclean(FileNode file)
    {
        if (file.UncleanIndex >= 0)
        {
            var last = _unclean[^1];
            _unclean[file.UncleanIndex] = last;
            last.UncleanIndex = file.UncleanIndex;
            _unclean.RemoveAt(_unclean.Count - 1);
            file.UncleanIndex = -1;
        }
    }

    internal void MarkUnsynced(DirectoryNode directory) => _unsynced.Add(directory);

    internal void UnmarkUnsynced(DirectoryNode directory) => _unsynced.Remove(directory);

    /// <summary>What had not reached the device is kept or lost, as chosen.</summary>
    internal void LosePower(Choices choices, DiskFaults faults, FaultCounts counts)
    {
        while (_unclean.Count > 0)
        {
            var outcome = _unclean[^1].LosePower(choices, faults);
            if (outcome.Lost > 0)
            {
                counts.Add(outcome.Kept > 0 ? FaultKind.TornWrite : FaultKind.LostWrite);
            }
        }

        while (_unsynced.Count > 0)
        {
            if (_unsynced[^1].LosePower(choices, faults))
            {
                counts.Add(FaultKind.NameLoss);
            }
        }

        UsedBytes = Root.CountBytes();
    }
}
