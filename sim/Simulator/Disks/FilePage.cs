using System.Numerics;

namespace Deterministic.Simulator.Disks;

/// <summary>
/// A page of a file: the bytes as the page cache has them, and for sectors that differ from the device, the bytes as the device has
/// them. The masks have a bit for each sector; a sector whose bit is in none of them is the same on both. Owned by one file.
/// </summary>
internal sealed class FilePage
{
    internal const int Bytes = 4096;
    internal const int SectorBytes = 512;
    internal const int Sectors = Bytes / SectorBytes;

    /// <summary>The content as reads see it; zero behind the end of the file.</summary>
    internal byte[] Data { get; } = new byte[Bytes];

    /// <summary>What the device has, right for the sectors in <see cref="Unclean"/>; null when there are none.</summary>
    internal byte[]? Device { get; set; }

    /// <summary>Sectors that were written since the last flush began.</summary>
    internal byte Dirty { get; set; }

    /// <summary>Sectors that a flush which has begun is bringing to the device.</summary>
    internal byte InFlight { get; set; }

    /// <summary>Sectors that a failed flush has given up: nobody will bring them to the device any more.</summary>
    internal byte Dropped { get; set; }

    internal byte Unclean => (byte)(Dirty | InFlight | Dropped);

    internal static byte MaskOf(int offset, int count) =>
        (byte)(((2 << ((offset + count - 1) / SectorBytes)) - 1) & -(1 << (offset / SectorBytes)));

    /// <summary>Sectors are about to be written. A flush that is under way has brought them to the device as they are now.</summary>
    internal void Touch(byte mask, PagePool pool)
    {
        var copied = (byte)(mask & ~(Dirty | Dropped));
        if (copied != 0)
        {
            Device ??= pool.Rent();
            Copy(Data, Device, copied);
        }

        Dirty |= mask;
        InFlight &= (byte)~mask;
        Dropped &= (byte)~mask;
    }

    /// <summary>The sectors are the same on the device from now on: it got the bytes of the cache.</summary>
    internal void Clean(byte mask, PagePool pool)
    {
        Dirty &= (byte)~mask;
        InFlight &= (byte)~mask;
        Dropped &= (byte)~mask;
        if (Unclean == 0 && Device is not null)
        {
            pool.Return(Device);
            Device = null;
        }
    }

    /// <summary>The cache forgets the sectors: reads see what the device has.</summary>
    internal void Revert(byte mask, PagePool pool)
    {
        mask &= Unclean;
        if (mask != 0)
        {
            Copy(Device!, Data, mask);
            Clean(mask, pool);
        }
    }

    /// <summary>The device gets those of the sectors that wait for a flush, as they are now. They go on to wait.</summary>
    internal void WriteBack(byte mask)
    {
        mask &= (byte)(Dirty | InFlight);
        if (mask != 0)
        {
            Copy(Data, Device!, mask);
        }
    }

    private static void Copy(byte[] from, byte[] to, byte mask)
    {
        while (mask != 0)
        {
            var start = BitOperations.TrailingZeroCount(mask) * SectorBytes;
            from.AsSpan(start, SectorBytes).CopyTo(to.AsSpan(start));
            mask &= (byte)(mask - 1);
        }
    }
}
