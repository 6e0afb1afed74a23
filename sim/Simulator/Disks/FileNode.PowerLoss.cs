using System.Numerics;
using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Disks;

/// <content>What is left of a file when the power goes.</content>
internal sealed partial class FileNode
{
    private const int SectorsPerChoice = 16;

    /// <summary>
    /// The cache is gone; a chosen part of what was in it had reached the device, sector by sector, and so had a chosen length.
    /// 0 is the quiet choice: all had reached it, save what a failed flush gave up.
    /// </summary>
    internal PowerLossOutcome LosePower(Choices choices, DiskFaults faults)
    {
        var outcome = default(PowerLossOutcome);
        var isChanged = _unclean.Count > 0 || Length != _deviceLength || Cut != NoCut;
        var fates = !isChanged || !faults.LosesWrites ? 1 : faults.TearsWrites ? 4 : 2;
        var fate = (Fate)choices.Next(fates, "disk.power-loss.file");
        var length = ResolveLength(choices, fate, out var lostFrom);
        _unclean.Sort();
        var left = fate == Fate.Prefix ? CountSectors() - choices.Next(CountSectors() + 1, "disk.power-loss.prefix") : 0;
        var bits = (Value: 0, Count: 0);
        var lastKept = 0L;
        foreach (var index in _unclean)
        {
            var page = _pages[index]!;
            for (var mask = page.Unclean; mask != 0; mask &= (byte)(mask - 1))
            {
                var sector = BitOperations.TrailingZeroCount(mask);
                var end = (long)index * FilePage.Bytes + (sector + 1) * FilePage.SectorBytes;
                var isKept = fate switch
                {
                    Fate.Kept => true,
                    Fate.Lost => false,
                    Fate.Prefix => left-- > 0,
                    _ => NextBit(choices, ref bits) == 0,
                };
                if (isKept && end <= lostFrom && (page.Dropped & (1 << sector)) == 0)
                {
                    outcome.Kept++;
                    lastKept = end;
                }
                else
                {
                    outcome.Lost++;
                    page.Revert((byte)(1 << sector), volume.Pages);
                }
            }
        }

        Settle(length < 0 ? Math.Clamp(lastKept, Math.Min(_deviceLength, Length), Length) : length);
        return outcome;
    }

    private long Cut => Math.Min(_cutAt, _inFlightCutAt);

    /// <summary>
    /// The length that survives, or -1 for as long as the last sector that does. When a cut does not survive, nothing behind it
    /// does that was written after it: the new blocks came into the file later than the old ones left it.
    /// </summary>
    private long ResolveLength(Choices choices, Fate fate, out long lostFrom)
    {
        lostFrom = long.MaxValue;
        if (Cut < _deviceLength)
        {
            if (fate == Fate.Lost || (fate != Fate.Kept && choices.Next(2, "disk.power-loss.cut") == 1))
            {
                lostFrom = Cut;
                return _deviceLength;
            }

            ZeroDeviceFrom(Cut);
            _deviceLength = Cut;
        }

        return fate switch
        {
            Fate.Kept => Length,
            Fate.Lost => _deviceLength,
            _ => choices.Next(3, "disk.power-loss.length") switch { 0 => Length, 1 => _deviceLength, _ => -1 },
        };
    }

    private void ZeroDeviceFrom(long position)
    {
        foreach (var index in _unclean)
        {
            var from = Math.Clamp(position - (long)index * FilePage.Bytes, 0, FilePage.Bytes);
            _pages[index]!.Device!.AsSpan((int)from).Clear();
        }
    }

    /// <summary>Cache and device are the same, and as long as that.</summary>
    private void Settle(long length)
    {
        foreach (var index in _unclean)
        {
            _pages[index]!.Clean(byte.MaxValue, volume.Pages);
        }

        _unclean.Clear();
        if (length > Length)
        {
            ChangeLength(length);
        }

        for (var index = (int)(length / FilePage.Bytes); index < _pages.Count; index++)
        {
            _pages[index]?.Data.AsSpan((int)Math.Clamp(length - (long)index * FilePage.Bytes, 0, FilePage.Bytes)).Clear();
        }

        ChangeLength(length);
        _overlays?.RemoveAll(overlay => overlay.IsCutBy(length));
        _deviceLength = length;
        _inFlightLength = -1;
        _cutAt = NoCut;
        _inFlightCutAt = NoCut;
        DropCleanPages();
    }

    private int CountSectors()
    {
        var count = 0;
        foreach (var index in _unclean)
        {
            count += BitOperations.PopCount(_pages[index]!.Unclean);
        }

        return count;
    }

    private static int NextBit(Choices choices, ref (int Value, int Count) bits)
    {
        if (bits.Count == 0)
        {
            bits = (choices.Next(1 << SectorsPerChoice, "disk.power-loss.sectors"), SectorsPerChoice);
        }

        var bit = bits.Value & 1;
        bits = (bits.Value >> 1, bits.Count - 1);
        return bit;
    }

    private enum Fate
    {
        Kept,
        Lost,
        Prefix,
        Subset,
    }
}
