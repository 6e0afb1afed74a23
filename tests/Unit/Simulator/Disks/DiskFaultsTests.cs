using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Disks;

public sealed class DiskFaultsTests
{
    private const int Always = 1000;
    private const string Log = "/d/t-0/00000000000000000000.log";

    [Fact]
    public void Nothing_happens_while_all_is_off()
    {
        var it = new DiskWorld(seed: 1);
        it.Disk.Faults.MayHarm = static _ => true;
        for (var i = 0; i < 500; i++)
        {
            using var file = it.MakeFile($"{Log}{i % 7}", 5000, (byte)i);
            Assert.Equal(DiskWorld.Filled(5000, (byte)i), it.ReadAll(file.Path));
        }

        Assert.False(it.Disk.Faults.IsOn);
        Assert.Empty(it.Disk.Faults.Overlays);
        Assert.All(Enum.GetValues<FaultKind>(), kind => Assert.Equal(0, it.World.FaultCounts[kind]));
    }

    [Fact]
    public void Reads_fail_at_the_given_odds_and_only_where_they_may()
    {
        var it = new DiskWorld(seed: 1);
        it.MakeFile(Log, 10, 1);
        it.MakeFile("/d/other", 10, 1);
        it.Disk.Faults.Strikes = static path => path == Log;
        it.Disk.Faults.ReadErrorPerMille = 300;

        var failed = Enumerable.Range(0, 1000).Count(_ => Fails(() => it.ReadAll(Log)));

        Assert.InRange(failed, 200, 400);
        Assert.Equal(failed, it.World.FaultCounts[FaultKind.DiskError]);
        Assert.Equal(DiskWorld.Filled(10, 1), it.ReadAll("/d/other"));
        it.Disk.Faults.Heal();
        Assert.Equal(DiskWorld.Filled(10, 1), it.ReadAll(Log));
    }

    [Fact]
    public void A_write_that_fails_leaves_a_part_of_itself()
    {
        var lengths = new SortedSet<long>();
        for (var seed = 1UL; seed < 40; seed++)
        {
            var it = new DiskWorld(seed);
            it.Disk.Faults.WriteErrorPerMille = Always;
            var file = it.MakeEmpty(Log);
            var error = Assert.Throws<IOException>(() => file.Write(0, [1, 2, 3]));
            Assert.Equal(5, error.HResult);
            lengths.Add(file.Length);
            Assert.Equal(new byte[] { 1, 2, 3 }[..(int)file.Length], it.ReadAll(Log));
            it.Disk.Faults.Heal();
            file.Write(0, [1, 2, 3]);
        }

        Assert.Equal([0, 1, 2], lengths);
    }

    [Fact]
    public void A_call_on_names_that_fails_may_have_had_its_effect()
    {
        var found = new SortedSet<bool>();
        for (var seed = 1UL; seed < 20; seed++)
        {
            var it = new DiskWorld(seed);
            it.MakeFile("/d/a", 1, 1);
            it.Disk.Faults.NameErrorPerMille = Always;
            Assert.Throws<IOException>(() => it.Port.Rename("/d/a", "/d/b"));
            Assert.NotEqual(it.Port.FileExists("/d/a"), it.Port.FileExists("/d/b"));
            found.Add(it.Port.FileExists("/d/b"));
            it.Disk.Faults.Heal();
            it.Port.CreateDirectory("/d/c");
        }

        Assert.Equal([false, true], found);
    }

    [Fact]
    public void A_failed_flush_gives_up_what_it_held_and_the_next_one_succeeds()
    {
        var it = new DiskWorld();
        var file = it.MakeFile(Log, 600, 1);
        file.Write(0, DiskWorld.Filled(600, 2));
        it.Disk.Faults.FlushFailurePerMille = Always;
        Assert.Throws<IOException>(file.Flush);
        it.Disk.Faults.FlushFailurePerMille = 0;

        file.Write(600, [3]);
        file.Flush();

        Assert.Equal(DiskWorld.Filled(600, 2), it.ReadAll(Log)[..600]);
        it.Restart(ProcessEnd.PowerLoss);
        var left = it.ReadAll(Log);
        Assert.Equal(DiskWorld.Filled(512, 1), left[..512]);
        Assert.Equal([.. DiskWorld.Filled(88, 2), 3], left[512..]);
        Assert.Equal(1, it.World.FaultCounts[FaultKind.FlushFailure]);
    }

    [Fact]
    public void A_failed_flush_may_let_reads_see_the_old_bytes_at_once()
    {
        var it = new DiskWorld(new TagChooser(("disk.flush-failure-evicts", 1)));
        var file = it.MakeFile(Log, 600, 1);
        file.Write(0, DiskWorld.Filled(600, 2));
        it.Disk.Faults.FlushFailurePerMille = Always;
        Assert.Throws<IOException>(file.Flush);

        Assert.Equal(DiskWorld.Filled(600, 1), it.ReadAll(Log));
    }

    [Fact]
    public void A_flush_that_was_begun_fails_on_its_shard()
    {
        var it = new DiskWorld();
        it.Disk.Faults.FlushFailurePerMille = Always;
        var errors = new List<string?>();
        it.Do(() =>
        {
            var file = it.MakeEmpty(Log);
            file.Write(0, [1]);
            file.BeginFlush((_, error) => errors.Add(error?.Message), null);
        });

        Assert.Equal([$"Cannot flush {Log}: Input/output error"], errors);
    }

    [Fact]
    public void A_full_volume_takes_what_fits_until_somebody_makes_room()
    {
        var it = new DiskWorld();
        var file = it.MakeFile(Log, 1000, 1);
        it.Disk.Faults.FillUp(freeBytes: 100);
        Assert.Equal(100, it.Port.SpaceOf("/").UsableBytes);

        file.Write(900, DiskWorld.Filled(200, 2));
        var error = Assert.Throws<IOException>(() => file.Write(1100, [3]));

        Assert.Equal(28, error.HResult);
        Assert.Equal(1100, file.Length);
        Assert.Equal(1, it.World.FaultCounts[FaultKind.DiskFull]);
        it.Disk.Faults.Heal();
        file.Write(1100, [3]);
    }

    [Fact]
    public void A_slow_disk_takes_longer()
    {
        Assert.Equal(10 * FlushTime(_ => { }), FlushTime(it => it.Disk.Faults.SlowFactor = 10));
        Assert.Equal(FlushTime(_ => { }), FlushTime(it =>
        {
            it.Disk.Faults.SlowFactor = 10;
            it.Disk.Faults.Heal();
        }));
    }

    [Fact]
    public void Flushes_of_a_stalled_disk_wait_for_the_end_of_the_stall()
    {
        Assert.InRange(FlushTime(it => it.Disk.Faults.Stall(it.World.NowUs + 300_000)), 290_000, 310_000);
        Assert.Equal(FlushTime(_ => { }), FlushTime(it =>
        {
            it.Disk.Faults.Stall(it.World.NowUs + 300_000);
            it.Disk.Faults.EndStall();
        }));
    }

    [Fact]
    public void The_end_of_a_stall_lets_go_what_it_holds()
    {
        var it = new DiskWorld();
        var completions = 0;
        it.Disk.Faults.Stall(long.MaxValue);
        it.Do(() => it.MakeEmpty(Log).BeginFlush((_, _) => completions++, null));
        Assert.Equal(0, completions);

        it.Disk.Faults.Heal();
        it.Do(() => { });

        Assert.Equal(1, completions);
        Assert.Equal(1, it.World.FaultCounts[FaultKind.SlowDisk]);
    }

    [Fact]
    public void Without_its_switches_power_loss_loses_nothing()
    {
        for (var seed = 1UL; seed < 20; seed++)
        {
            var it = new DiskWorld(seed);
            (it.Disk.Faults.LosesWrites, it.Disk.Faults.LosesNames) = (false, false);
            it.MakeEmpty(Log).Write(0, DiskWorld.Filled(5000, 1));
            it.Restart(ProcessEnd.PowerLoss);
            Assert.Equal(DiskWorld.Filled(5000, 1), it.ReadAll(Log));
        }
    }

    [Fact]
    public void Power_loss_tears_writes_unless_it_is_told_not_to()
    {
        Assert.Contains(Enumerable.Range(1, 20), seed => IsTorn((ulong)seed, tears: true));
        Assert.DoesNotContain(Enumerable.Range(1, 20), seed => IsTorn((ulong)seed, tears: false));

        static bool IsTorn(ulong seed, bool tears)
        {
            var it = new DiskWorld(seed);
            it.Disk.Faults.TearsWrites = tears;
            it.MakeFile(Log, 5000, 1).Write(0, DiskWorld.Filled(5000, 2));
            it.Restart(ProcessEnd.PowerLoss);
            Assert.Equal(5000, it.ReadAll(Log).Length);
            return it.ReadAll(Log).Distinct().Count() == 2 && it.World.FaultCounts[FaultKind.TornWrite] == 1;
        }
    }

    private static bool Fails(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (IOException e)
        {
            Assert.Equal(5, e.HResult);
            return true;
        }
    }

    private static long FlushTime(Action<DiskWorld> arrange)
    {
        var it = new DiskWorld();
        var (begunAt, doneAt) = (0L, 0L);
        it.Node.RunCostUs = 0;
        arrange(it);
        it.Do(() =>
        {
            var file = it.MakeEmpty(Log);
            begunAt = it.World.NowUs;
            file.BeginFlush((_, _) => doneAt = it.World.NowUs, null);
        });
        return doneAt - begunAt;
    }
}
