using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Tests.Disks;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Faults;

public sealed class CrashPointsTests
{
    private const string WriteLog = "write .log serving";

    [Fact]
    public void Points_are_counted_by_operation_kind_and_phase()
    {
        var it = new DiskWorld();
        Script(it);
        it.Process.Phase = ProcessPhase.Serving;
        Script(it);

        var reached = it.World.CrashPoints.Counts.ToDictionary(c => c.Id, c => c.Reached, StringComparer.Ordinal);

        Assert.Equal(1, reached["create .log starting"]);
        Assert.Equal(2, reached["write .log starting"]);
        Assert.Equal(2, reached[WriteLog]);
        Assert.Equal(1, reached["flush-done .log starting"]);
        Assert.Equal(1, reached["rename recovery-point-offset-checkpoint starting"]);
        Assert.Equal(1, reached["sync-directory partition serving"]);
        Assert.DoesNotContain("set-length .log starting", reached.Keys);
    }

    [Theory]
    [InlineData(1, false, new byte[0])]
    [InlineData(1, true, new byte[] { 1 })]
    [InlineData(2, false, new byte[] { 1 })]
    [InlineData(2, true, new byte[] { 1, 2 })]
    public void The_process_ends_at_the_nth_of_a_point_before_or_after_its_effect(int nth, bool isAfter, byte[] expected)
    {
        var it = new DiskWorld();
        it.Process.Phase = ProcessPhase.Serving;
        it.World.CrashPoints.Arm(new CrashOrder { PointId = WriteLog, Nth = nth, IsAfterEffect = isAfter });

        Script(it);

        Assert.False(it.Process.IsAlive);
        Assert.Equal(0, it.World.CrashPoints.ArmedCount);
        it.Boot();
        Assert.Equal(expected, it.ReadAll("/d/t-0/00000000000000000000.log"));
        var counts = it.World.CrashPoints.Counts.Single(c => c.Id == WriteLog);
        Assert.Equal(isAfter ? (0, 1) : (1, 0), (counts.CrashedBefore, counts.CrashedAfter));
        Assert.Equal(1, it.World.FaultCounts[FaultKind.ProcessCrash]);
    }

    [Fact]
    public void An_order_for_any_point_ends_the_process_at_each_of_them_in_turn()
    {
        var reached = 0;
        for (var nth = 1; ; nth++)
        {
            var it = new DiskWorld();
            it.World.CrashPoints.Arm(new CrashOrder { Nth = nth, End = ProcessEnd.PowerLoss });
            Script(it);
            if (it.Process.IsAlive)
            {
                break;
            }

            reached++;
        }

        var whole = new DiskWorld();
        Script(whole);
        Assert.Equal(whole.World.CrashPoints.Counts.Sum(c => c.Reached), reached);
    }

    [Fact]
    public void Orders_for_another_node_and_disarmed_ones_do_nothing()
    {
        var it = new DiskWorld();
        it.World.CrashPoints.Arm(new CrashOrder { Node = "other" });
        Script(it);
        it.World.CrashPoints.Disarm();
        it.World.CrashPoints.Arm(new CrashOrder { Nth = 2 });
        it.World.CrashPoints.Disarm();
        Script(it);

        Assert.True(it.Process.IsAlive);
    }

    private static void Script(DiskWorld it) => it.Do(() =>
    {
        var disk = it.Port;
        disk.CreateDirectory("/d/t-0");
        var log = disk.Open("/d/t-0/00000000000000000000.log", FileOpening.OrCreate);
        log.Write(0, [1]);
        log.Write(1, [2]);
        log.BeginFlush((_, _) => { }, null);
        disk.SyncDirectory("/d/t-0");
        disk.Open("/d/recovery-point-offset-checkpoint.tmp", FileOpening.Empty).Dispose();
        disk.Rename("/d/recovery-point-offset-checkpoint.tmp", "/d/recovery-point-offset-checkpoint");
    });
}
