using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Disks;

public sealed class SimDiskTests
{
    private static readonly TagChooser s_loses = new(("disk.power-loss.file", 1), ("disk.power-loss.directory", 1));

    [Fact]
    public void What_is_written_is_read_across_pages_and_holes()
    {
        var it = new DiskWorld();
        using var file = it.Port.Open("/a", FileOpening.OrCreate);

        file.Write(4090, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        file.Write(9000, [new byte[] { 11 }, new byte[] { 12, 13 }]);

        Assert.Equal(9003, file.Length);
        var bytes = it.ReadAll("/a");
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0], bytes[4089..4101]);
        Assert.Equal([0, 11, 12, 13], bytes[8999..]);
    }

    [Fact]
    public void A_read_returns_fewer_bytes_only_at_the_end()
    {
        var it = new DiskWorld();
        using var file = it.MakeFile("/a", 5000, 7);
        var buffer = new byte[4096];

        Assert.Equal(4096, file.Read(100, buffer));
        Assert.Equal(1000, file.Read(4000, buffer));
        Assert.Equal(0, file.Read(5000, buffer));
        Assert.Equal(0, file.Read(7000, buffer));
    }

    [Fact]
    public void A_file_that_is_cut_and_extended_again_reads_as_zeros_there()
    {
        var it = new DiskWorld();
        using var file = it.MakeFile("/a", 10_000, 7);

        file.SetLength(5000);
        file.SetLength(10_000);

        var bytes = it.ReadAll("/a");
        Assert.Equal(DiskWorld.Filled(5000, 7), bytes[..5000]);
        Assert.Equal(new byte[5000], bytes[5000..]);
    }

    [Theory]
    [InlineData(ProcessEnd.Exit)]
    [InlineData(ProcessEnd.Kill)]
    public void The_page_cache_outlives_the_process(ProcessEnd end)
    {
        var it = new DiskWorld(s_loses);
        it.Port.Open("/a", FileOpening.OrCreate).Write(0, [1, 2, 3]);

        it.Restart(end);

        Assert.Equal([1, 2, 3], it.ReadAll("/a"));
    }

    [Fact]
    public void Power_loss_that_chooses_to_loses_what_was_not_flushed_and_nothing_else()
    {
        var it = new DiskWorld(s_loses);
        var file = it.MakeFile("/a", 5000, 7);
        file.Write(10, [1, 2, 3]);
        file.Write(8000, [1]);
        it.Port.Open("/b", FileOpening.OrCreate).Flush();

        it.Restart(ProcessEnd.PowerLoss);

        Assert.Equal(DiskWorld.Filled(5000, 7), it.ReadAll("/a"));
        Assert.False(it.Port.FileExists("/b"));
        Assert.Equal(1, it.World.FaultCounts[FaultKind.LostWrite]);
        Assert.Equal(1, it.World.FaultCounts[FaultKind.NameLoss]);
    }

    [Fact]
    public void Power_loss_with_quiet_choices_loses_nothing()
    {
        var it = new DiskWorld();
        it.Port.Open("/a", FileOpening.OrCreate).Write(0, [1, 2, 3]);

        it.Restart(ProcessEnd.PowerLoss);

        Assert.Equal([1, 2, 3], it.ReadAll("/a"));
        Assert.Equal(0, it.World.FaultCounts[FaultKind.LostWrite]);
        Assert.Equal(0, it.World.FaultCounts[FaultKind.NameLoss]);
    }

    [Fact]
    public void A_cut_that_was_not_flushed_can_be_undone_by_power_loss()
    {
        var it = new DiskWorld(s_loses);
        it.MakeFile("/a", 9000, 7).SetLength(100);

        it.Restart(ProcessEnd.PowerLoss);

        Assert.Equal(DiskWorld.Filled(9000, 7), it.ReadAll("/a"));
    }

    [Fact]
    public void What_was_behind_a_cut_that_survived_does_not_come_back_when_the_file_grows_again()
    {
        const int subset = 3;
        const int allLost = 0xFFFF;
        var it = new DiskWorld(new TagChooser(("disk.power-loss.file", subset), ("disk.power-loss.sectors", allLost)));
        var file = it.MakeFile("/a", 9000, 7);
        file.SetLength(100);
        file.Write(6000, [9]);

        it.Restart(ProcessEnd.PowerLoss);

        Assert.Equal([.. DiskWorld.Filled(100, 7), .. new byte[5901]], it.ReadAll("/a"));
    }

    [Fact]
    public void A_flush_that_has_begun_completes_later_on_the_shard_that_began_it()
    {
        var it = new DiskWorld();
        var log = new List<string>();
        it.Do(() =>
        {
            var file = it.Port.Open("/a", FileOpening.OrCreate);
            file.Write(0, [1]);
            var begunAt = it.World.NowUs;
            file.BeginFlush((state, error) => log.Add($"{state} {error?.Message ?? "ok"} {it.World.NowUs > begunAt} {it.Process.Shards[0].IsCurrent}"), "flush");
            log.Add("begun");
        });

        Assert.Equal(["begun", "flush ok True True"], log);
    }

    [Fact]
    public void What_was_written_before_a_flush_began_is_durable_when_it_completes_and_what_came_after_need_not_be()
    {
        var it = new DiskWorld(s_loses);
        it.MakeFile("/a", 1024, 0);
        it.Do(() =>
        {
            var file = it.Port.Open("/a", FileOpening.Existing);
            file.Write(0, [1]);
            file.Write(512, [1]);
            file.BeginFlush((_, _) => { }, null);
            file.Write(0, [2]);
            file.Write(1, [2]);
        });

        it.Restart(ProcessEnd.PowerLoss);

        var bytes = it.ReadAll("/a");
        Assert.Equal([1, 0], bytes[..2]);
        Assert.Equal(1, bytes[512]);
    }

    [Fact]
    public void A_flush_does_not_complete_for_a_process_that_is_gone()
    {
        var it = new DiskWorld();
        var completions = 0;
        it.Process.Shards[0].Post(() =>
        {
            var file = it.Port.Open("/a", FileOpening.OrCreate);
            file.Write(0, [1]);
            file.BeginFlush((_, _) => completions++, null);
        });
        it.World.Step(long.MaxValue);

        it.Restart(ProcessEnd.Kill);
        it.Do(() => { });

        Assert.Equal(0, completions);
    }

    [Fact]
    public void Renaming_replaces_in_one_step_and_names_are_listed_in_order()
    {
        var it = new DiskWorld();
        it.MakeFile("/d/old", 3, 1);
        it.MakeFile("/d/new", 4, 2);
        it.Port.CreateDirectory("/d/z");
        it.Port.CreateDirectory("/d/y");

        it.Port.Rename("/d/new", "/d/old");

        Assert.Equal(["old"], it.Port.ListFiles("/d"));
        Assert.Equal(["y", "z"], it.Port.ListDirectories("/d"));
        Assert.Equal(DiskWorld.Filled(4, 2), it.ReadAll("/d/old"));
    }

    [Fact]
    public void Space_counts_what_has_a_name()
    {
        var it = new DiskWorld();
        it.Disk.CapacityBytes = 10_000;
        it.MakeFile("/d/a", 3000, 1);
        it.MakeFile("/d/b", 4000, 1);
        Assert.Equal((10_000, 3000), it.Port.SpaceOf("/d"));

        it.Port.Rename("/d/a", "/d/b");
        Assert.Equal((10_000, 7000), it.Port.SpaceOf("/d"));

        it.Port.DeleteDirectory("/d");
        Assert.Equal((10_000, 10_000), it.Port.SpaceOf("/"));
    }

    [Fact]
    public void A_lock_is_held_once_and_free_again_when_its_process_is_gone()
    {
        var it = new DiskWorld();
        Assert.NotNull(it.Port.TryLock("/.lock"));
        Assert.Null(it.Port.TryLock("/.lock"));

        it.Restart(ProcessEnd.Kill);

        Assert.NotNull(it.Port.TryLock("/.lock"));
    }

    [Fact]
    public void A_process_that_is_gone_cannot_touch_the_disk()
    {
        var it = new DiskWorld();
        var (port, file) = (it.Port, it.MakeFile("/a", 10, 1));

        it.Restart(ProcessEnd.Kill);

        Assert.Throws<ProcessEndedException>(() => port.FileExists("/a"));
        Assert.Throws<ProcessEndedException>(() => file.Write(0, [9]));
        Assert.Equal(DiskWorld.Filled(10, 1), it.ReadAll("/a"));
    }

    [Fact]
    public void Reads_and_writes_and_flushes_allocate_nothing()
    {
        var it = new DiskWorld();
        using var file = it.MakeFile("/a", 100_000, 1);
        var bytes = new byte[3000];
        var allocated = Measure();
        allocated = Measure();

        Assert.Equal(0, allocated);

        long Measure()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 30; i++)
            {
                file.Write(i * 3000, bytes);
                file.Read(i * 3000, bytes);
                if (i % 5 == 0)
                {
                    file.Flush();
                }
            }

            file.Flush();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
