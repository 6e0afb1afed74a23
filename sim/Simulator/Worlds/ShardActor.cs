using Deterministic.Kernel;

namespace Deterministic.Simulator.Worlds;

/// <summary>
/// A shard of a simulated process as the world runs it. Each run costs the node's processor some virtual time, so that a
/// slow node falls behind; a paused or dead one does not run. Lives as long as its process.
/// </summary>
public sealed class ShardActor(World world, string name, SimProcess process, Shard shard) : Actor(world, name)
{
    private long _busyUntilUs;

    /// <summary>The shard.</summary>
    public Shard Shard => shard;

    /// <summary>The process it belongs to.</summary>
    public SimProcess Process => process;

    /// <inheritdoc/>
    public override long ReadyAtUs
    {
        get
        {
            if (!process.IsAlive || process.Node.IsPaused)
            {
                return Never;
            }

            if (shard.HasWork)
            {
                return _busyUntilUs;
            }

            var deadlineMs = shard.NextDeadline;
            return deadlineMs == long.MaxValue
                ? Never
                : Math.Max(_busyUntilUs, process.Node.Clock.WorldTimeOfUs(deadlineMs));
        }
    }

    /// <summary>It waits for a device: it does not run for so much longer, in microseconds.</summary>
    internal void StayBusy(long microseconds) => _busyUntilUs += microseconds;

    /// <summary>It waits for a device that answers at that world time.</summary>
    internal void StayBusyUntil(long worldUs) => _busyUntilUs = Math.Max(_busyUntilUs, worldUs);

    internal override void Run()
    {
        _busyUntilUs = World.NowUs + process.Node.RunCostUs;
        try
        {
            shard.Run(process.Node.WorkMax);
        }
        catch (ProcessEndedException)
        {
            // Thrown by a port under the feet of the code that ran when the process was made to end.
        }
        catch (Exception e) when (!process.IsAlive)
        {
            World.Note(process.Node.Name, $"a dying process threw {e.GetType().Name}");
        }
        catch (IOException e) when (process.MayEndBy(e))
        {
            World.Note(process.Node.Name, $"ends itself: {e.Message}");
            process.Node.End(ProcessEnd.Kill);
        }
        catch (Exception e)
        {
            World.Fail("no-crash", $"{Name} stopped by itself: {e}");
        }
    }
}
