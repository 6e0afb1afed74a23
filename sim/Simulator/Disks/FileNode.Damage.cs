using System.Numerics;

namespace Deterministic.Simulator.Disks;

/// <content>What goes wrong with a file while the machine runs.</content>
internal sealed partial class FileNode
{
    private List<DiskOverlay>? _overlays;

    /// <summary>What is wrong with it, or null.</summary>
    internal IReadOnlyList<DiskOverlay>? Overlays => _overlays;

    /// <summary>Whether the device has the sectors of that range as the cache has them, and nothing is wrong with them yet.</summary>
    internal bool IsSound(long position, int length)
    {
        if (_overlays?.Exists(overlay => overlay.Touches(position, length)) == true)
        {
            return false;
        }

        for (var at = position - (position % FilePage.SectorBytes); at < position + length; at += FilePage.SectorBytes)
        {
            var mask = FilePage.MaskOf((int)(at % FilePage.Bytes), 1);
            if (_pages[(int)(at / FilePage.Bytes)] is { } page && (page.Unclean & mask) != 0)
            {
                return false;
            }
        }

        return true;
    }

    internal void Add(DiskOverlay overlay) => (_overlays ??= []).Add(overlay);

    internal void Remove(DiskOverlay overlay)
    {
        if (_overlays?.Remove(overlay) == true && _overlays.Count == 0)
        {
            _overlays = null;
        }
    }

    /// <summary>What is written in that range and not yet on the device gets there now, ahead of any flush.</summary>
    internal void WriteBack(long position, int length)
    {
        BringCutToDevice(Cut);
        _inFlightLength = Math.Min(_inFlightLength, _cutAt);
        for (var end = Math.Min(position + length, Length); position < end;)
        {
            var offset = (int)(position % FilePage.Bytes);
            var count = (int)Math.Min(FilePage.Bytes - offset, end - position);
            _pages[(int)(position / FilePage.Bytes)]?.WriteBack(FilePage.MaskOf(offset, count));
            position += count;
        }
    }

    /// <summary>
    /// The flush that is under way fails: the first <paramref name="arrived"/> of its pages did get to the device, the others are given
    /// up. Reads go on to see what was written, or, when it is <paramref name="evicted"/> from the cache, what the device has.
    /// </summary>
    internal void FailFlush(int arrived, bool evicted)
    {
        foreach (var index in _unclean)
        {
            var page = _pages[index]!;
            if (page.InFlight == 0)
            {
                continue;
            }

            if (arrived-- > 0)
            {
                BringCutToDevice(_inFlightCutAt);
                page.Clean(page.InFlight, volume.Pages);
                continue;
            }

            var dropped = page.InFlight;
            page.Dropped |= dropped;
            page.InFlight = 0;
            if (evicted && Cut == NoCut)
            {
                page.Revert(dropped, volume.Pages);
            }
        }

        _inFlightLength = -1;
        _cutAt = Cut;
        _inFlightCutAt = NoCut;
        DropCleanPages();
    }

    internal int CountPagesInFlight()
    {
        var count = 0;
        foreach (var index in _unclean)
        {
            count += _pages[index]!.InFlight != 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// Sectors that lie together in the nth page that is on its way to the device: where they are, how they were before, and how
    /// they should be after.
    /// </summary>
    internal (long Position, byte[] Before, byte[] After) SectorsInFlight(int nth)
    {
        foreach (var index in _unclean)
        {
            var page = _pages[index]!;
            if (page.InFlight == 0 || nth-- > 0)
            {
                continue;
            }

            var first = BitOperations.TrailingZeroCount(page.InFlight);
            var count = BitOperations.TrailingZeroCount(~(page.InFlight >> first));
            var (from, length) = (first * FilePage.SectorBytes, count * FilePage.SectorBytes);
            return (
                (long)index * FilePage.Bytes + from,
                page.Device!.AsSpan(from, length).ToArray(),
                page.Data.AsSpan(from, length).ToArray());
        }

        throw new InvalidOperationException($"{Path} has no such page under way");
    }

    private void CheckReadable(long position, int length)
    {
        foreach (var overlay in _overlays!)
        {
            if (overlay.IsUnreadable && overlay.Touches(position, length))
            {
                throw DiskError.InputOutput("read", Path);
            }
        }
    }

    private void ApplyOverlays(long position, Span<byte> bytes)
    {
        foreach (var overlay in _overlays!)
        {
            overlay.Apply(position, bytes);
        }
    }

    private void OverwriteOverlays(long position, ReadOnlySpan<byte> bytes)
    {
        for (var i = _overlays!.Count - 1; i >= 0; i--)
        {
            if (_overlays[i].IsEndedBy(position, bytes))
            {
                _overlays.RemoveAt(i);
            }
        }
    }
}
