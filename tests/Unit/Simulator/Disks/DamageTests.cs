using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Disks;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Disks;

public sealed class DamageTests
{
    private const string Log = "/d/t-0/00000000000000000000.log";
    private const string Other = "/d/u-0/00000000000000000000.log";

    [Fact]
    public void A_bit_that_flips_stays_so_across_restarts_until_it_is_taken_away()
    {
        var it = World();
        var overlay = it.Disk.Faults.FlipBit()!;
        it.Restart(ProcessEnd.PowerLoss);

        var wrong = Enumerable.Range(0, 5000).Where(i => it.ReadAll(Log)[i] != 1).ToList();

        Assert.Equal([(int)overlay.Position], wrong);
        Assert.Equal(1, System.Numerics.BitOperations.PopCount((uint)(it.ReadAll(Log)[wrong[0]] ^ 1)));
        Assert.Equal((Log, FaultKind.BitRot, 1), (overlay.Path, overlay.Kind, overlay.Length));
        it.Disk.Faults.Remove(overlay);
        Assert.Equal(DiskWorld.Filled(5000, 1), it.ReadAll(Log));
        Assert.Empty(it.Disk.Faults.Overlays);
    }

    [Fact]
    public void A_bit_that_flipped_is_right_again_when_it_is_overwritten()
    {
        var it = World();
        var overlay = it.Disk.Faults.FlipBit()!;

        it.Port.Open(Log, FileOpening.Existing).Write(overlay.Position, [9]);

        Assert.Equal(9, it.ReadAll(Log)[overlay.Position]);
        Assert.Empty(it.Disk.Faults.Overlays);
    }

    [Fact]
    public void Nothing_is_damaged_that_may_not_be()
    {
        var it = World();
        it.Disk.Faults.MayHarm = static _ => false;
        it.Disk.Faults.MisdirectPerMille = 1000;

        Assert.Null(it.Disk.Faults.FlipBit());
        Assert.Null(it.Disk.Faults.FailSector());
        it.MakeFile(Log, 7000, 2);

        Assert.Empty(it.Disk.Faults.Overlays);
        Assert.Equal(0, it.World.FaultCounts[FaultKind.BitRot]);
        Assert.Equal(0, it.World.FaultCounts[FaultKind.MisdirectedWrite]);
    }

    [Fact]
    public void Only_what_is_durable_is_damaged()
    {
        var it = World();
        it.Port.Open(Log, FileOpening.Existing).Write(0, DiskWorld.Filled(5000, 2));

        Assert.Null(it.Disk.Faults.FlipBit());
    }

    [Fact]
    public void A_sector_that_failed_cannot_be_read_until_it_is_overwritten_as_a_whole()
    {
        var it = World();
        var overlay = it.Disk.Faults.FailSector()!;
        var file = it.Port.Open(Log, FileOpening.Existing);
        Assert.True(overlay.IsUnreadable);
        Assert.Equal(0, overlay.Position % 512);
        Assert.Throws<IOException>(() => it.ReadAll(Log));
        Assert.Equal(DiskWorld.Filled(5000, 1), new DiskWitness(it.Disk).ReadAll(Log));
        Assert.Throws<IOException>(() => file.Read(overlay.Position, new byte[1]));
        Assert.Equal(1, file.Read(overlay.Position == 0 ? 600 : 0, new byte[1]));

        file.Write(overlay.Position, [3]);
        Assert.Throws<IOException>(() => file.Read(overlay.Position, new byte[1]));

        file.Write(overlay.Position, DiskWorld.Filled(overlay.Length, 3));
        Assert.Equal(1, file.Read(overlay.Position, new byte[1]));
    }

    [Fact]
    public void A_misdirected_write_is_missing_where_it_should_be_and_found_elsewhere()
    {
        var it = World();
        it.MakeFile(Other, 5000, 5);
        it.Disk.Faults.MayHarm = static path => path is Log or Other;
        it.Disk.Faults.MisdirectPerMille = 1000;
        var file = it.Port.Open(Log, FileOpening.Existing);
        file.Write(1024, DiskWorld.Filled(512, 2));
        file.Flush();

        var overlays = it.Disk.Faults.Overlays.ToList();

        Assert.Equal(2, overlays.Count);
        Assert.Equal((Log, 1024L, 512), (overlays[0].Path, overlays[0].Position, overlays[0].Length));
        Assert.Equal(DiskWorld.Filled(512, 1), it.ReadAll(Log)[1024..1536]);
        var astray = it.ReadAll(overlays[1].Path).AsSpan((int)overlays[1].Position, overlays[1].Length).ToArray();
        Assert.Equal(DiskWorld.Filled(astray.Length, 2), astray);
        Assert.Equal(2, it.World.FaultCounts[FaultKind.MisdirectedWrite]);

        it.Disk.Faults.Heal();
        byte[] right = [.. DiskWorld.Filled(1024, 1), .. DiskWorld.Filled(512, 2), .. DiskWorld.Filled(3464, 1)];
        Assert.Equal(right, it.ReadAll(Log));
        Assert.Equal(DiskWorld.Filled(5000, 5), it.ReadAll(Other));
    }

    [Fact]
    public void Damage_goes_with_what_is_cut_off_or_deleted()
    {
        var it = World();
        it.Disk.Faults.FlipBit();
        it.Port.Open(Log, FileOpening.Existing).SetLength(0);
        Assert.Empty(it.Disk.Faults.Overlays);

        it.MakeFile(Log, 5000, 1);
        it.Disk.Faults.FlipBit();
        it.Port.DeleteFile(Log);
        Assert.Empty(it.Disk.Faults.Overlays);
    }

    [Fact]
    public void A_disk_can_be_replaced_by_an_empty_one()
    {
        var it = World();
        Assert.Throws<InvariantException>(it.Disk.ReplaceByEmpty);
        it.Node.End(ProcessEnd.Kill);

        it.Disk.ReplaceByEmpty();

        it.Boot();
        Assert.False(it.Port.DirectoryExists("/d"));
        Assert.Equal(it.Disk.CapacityBytes, it.Disk.FreeBytes);
        Assert.Equal(1, it.World.FaultCounts[FaultKind.TotalDataLoss]);
    }

    [Fact]
    public void An_older_copy_of_a_disk_can_be_put_in_again_and_again()
    {
        var it = World();
        it.Disk.Faults.FlipBit();
        var image = it.Disk.TakeImage();
        for (var i = 0; i < 2; i++)
        {
            it.MakeFile(Log, 6000, 7);
            it.MakeFile(Other, 10, 7);
            it.Node.End(ProcessEnd.Kill);
            it.Disk.Replace(image);
            it.Boot();

            Assert.Equal(DiskWorld.Filled(5000, 1), it.ReadAll(Log));
            Assert.False(it.Port.FileExists(Other));
            Assert.Empty(it.Disk.Faults.Overlays);
            Assert.Equal(it.Disk.CapacityBytes - 5000, it.Disk.FreeBytes);
        }

        it.Restart(ProcessEnd.PowerLoss);
        Assert.Equal(DiskWorld.Filled(5000, 1), it.ReadAll(Log));
        Assert.Equal(2, it.World.FaultCounts[FaultKind.DiskSwap]);
    }

    [Fact]
    public void A_machine_can_get_the_disk_of_another()
    {
        var (one, other) = (World(), World());
        other.MakeFile(Other, 10, 7);
        one.Node.End(ProcessEnd.Exit);

        one.Disk.Replace(other.Disk.TakeImage());

        one.Boot();
        Assert.Equal(DiskWorld.Filled(10, 7), one.ReadAll(Other));
        other.MakeFile(Other, 10, 8);
        Assert.Equal(DiskWorld.Filled(10, 7), one.ReadAll(Other));
    }

    private static DiskWorld World()
    {
        var it = new DiskWorld(seed: 3);
        it.MakeFile(Log, 5000, 1);
        it.Disk.Faults.MayHarm = static path => path == Log;
        return it;
    }
}
