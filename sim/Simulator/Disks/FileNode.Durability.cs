using System.Numerics;

namespace Deterministic.Simulator.Disks;

/// <content>What an observer may ask.</content>
internal sealed partial class FileNode
{
    /// <summary>Whether every loss of power would leave these bytes as they are now.</summary>
    internal bool IsDurable(long position, long length)
    {
        var end = position + length;
        if (end > Length || end > _deviceLength || end > Cut)
        {
            return false;
        }

        foreach (var index in _unclean)
        {
            var start = (long)index * FilePage.Bytes;
            if (start < end && start + FilePage.Bytes > position && !IsSameOnDevice(_pages[index]!, position - start, end - start))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A sector that was written again, with the same bytes in the part that is asked for, is as good on the device as in the cache.</summary>
    private static bool IsSameOnDevice(FilePage page, long from, long to)
    {
        for (var mask = page.Unclean; mask != 0; mask &= (byte)(mask - 1))
        {
            var sector = BitOperations.TrailingZeroCount(mask) * FilePage.SectorBytes;
            var first = (int)Math.Clamp(from, sector, sector + FilePage.SectorBytes);
            var count = (int)Math.Clamp(to, sector, sector + FilePage.SectorBytes) - first;
            if (count > 0 && !page.Data.AsSpan(first, count).SequenceEqual(page.Device.AsSpan(first, count)))
            {
                return false;
            }
        }

        return true;
    }
}
