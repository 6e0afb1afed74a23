using System.Globalization;
using System.Text;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <summary>
/// At which offset each leader epoch began (KIP-101), kept in <c>leader-epoch-checkpoint</c>. Owned by its log's shard.
/// <para>Invariant: epochs and start offsets both strictly rise from entry to entry.</para>
/// </summary>
internal sealed class LeaderEpochCache(IDisk disk, string path)
{
    private const string Version = "0";
    private readonly List<EpochStart> _entries = [];

    internal IReadOnlyList<EpochStart> Entries => _entries;

    internal int LatestEpoch => _entries.Count == 0 ? -1 : _entries[^1].Epoch;

    /// <summary>Notes that <paramref name="startOffset"/> carries this epoch; true when that was news.</summary>
    internal bool Assign(int epoch, long startOffset)
    {
        if (epoch < 0 || epoch <= LatestEpoch)
        {
            return false;
        }

        while (_entries.Count > 0 && _entries[^1].StartOffset >= startOffset)
        {
            _entries.RemoveAt(_entries.Count - 1);
        }

        _entries.Add(new EpochStart(epoch, startOffset));
        return true;
    }

    /// <summary>The epoch a record at this offset was written in, or -1.</summary>
    internal int EpochAt(long offset)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].StartOffset <= offset)
            {
                return _entries[i].Epoch;
            }
        }

        return -1;
    }

    /// <summary>The largest known epoch not above the asked one and where it ends; (-1, -1) when unknown.</summary>
    internal (int Epoch, long EndOffset) EndOffsetFor(int epoch, long logEndOffset)
    {
        if (epoch < 0 || _entries.Count == 0)
        {
            return (-1, -1);
        }

        if (epoch == LatestEpoch)
        {
            return (epoch, logEndOffset);
        }

        if (epoch > LatestEpoch)
        {
            return (-1, -1);
        }

        if (epoch < _entries[0].Epoch)
        {
            return (epoch, _entries[0].StartOffset);
        }

        var i = _entries.Count - 1;
        while (_entries[i].Epoch > epoch)
        {
            i--;
        }

        return (_entries[i].Epoch, _entries[i + 1].StartOffset);
    }

    /// <summary>Forgets epochs that begin at or behind the new end; true when something changed.</summary>
    internal bool TruncateFromEnd(long endOffset) => _entries.RemoveAll(e => e.StartOffset >= endOffset) > 0;

    /// <summary>Moves the epoch that covers the new log start up to it and forgets those before; true when something changed.</summary>
    internal bool TruncateFromStart(long startOffset)
    {
        var covering = _entries.FindLastIndex(e => e.StartOffset <= startOffset);
        if (covering < 0 || (covering == 0 && _entries[0].StartOffset == startOffset))
        {
            return false;
        }

        var epoch = _entries[covering].Epoch;
        _entries.RemoveRange(0, covering + 1);
        if (_entries.Count == 0 || _entries[0].StartOffset > startOffset)
        {
            _entries.Insert(0, new EpochStart(epoch, startOffset));
        }

        return true;
    }

    internal void Clear() => _entries.Clear();

    /// <summary>Becomes what another log's is.</summary>
    internal void Adopt(IReadOnlyList<EpochStart> entries)
    {
        _entries.Clear();
        _entries.AddRange(entries);
    }

    internal void Write()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Version}\n{_entries.Count}\n");
        foreach (var entry in _entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{entry.Epoch} {entry.StartOffset}\n");
        }

        AtomicFile.WriteText(disk, path, text.ToString());
    }

    /// <summary>Reads the file. Null when it was there and good, else what is wrong (also "absent"); then it is empty.</summary>
    internal string? Read()
    {
        _entries.Clear();
        if (AtomicFile.ReadTextOrNull(disk, path) is not { } text)
        {
            return $"{path} is missing";
        }

        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var problem = lines.Length < 2 || !lines[0].Equals(Version, StringComparison.Ordinal) ? $"{path}: not a version {Version} checkpoint" : null;
        for (var i = 2; i < lines.Length && problem is null; i++)
        {
            var words = lines[i].Split(' ');
            if (words.Length != 2
                || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
                || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
                || (_entries.Count > 0 && (epoch <= _entries[^1].Epoch || start <= _entries[^1].StartOffset)))
            {
                problem = $"{path}: line {i + 1} '{lines[i]}' is not 'epoch start-offset' above the line before";
            }
            else
            {
                _entries.Add(new EpochStart(epoch, start));
            }
        }

        problem ??= lines[1].Equals(_entries.Count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            ? null
            : $"{path}: states {lines[1]} entries and has {_entries.Count}";
        if (problem is not null)
        {
            _entries.Clear();
        }

        return problem;
    }

    internal void CheckOrder()
    {
        for (var i = 1; i < _entries.Count; i++)
        {
            Check.That(
                _entries[i - 1].Epoch < _entries[i].Epoch && _entries[i - 1].StartOffset < _entries[i].StartOffset,
                $"{path}: epochs out of order at {_entries[i].Epoch}");
        }
    }
}
