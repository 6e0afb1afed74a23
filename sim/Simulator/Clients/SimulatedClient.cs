using Deterministic.Kernel;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// A client on a node of its own, that does what its plan says, one operation after the other. Owned by its fleet; outlives its
/// processes: one that was killed goes on with the next operation in a new process, which knows nothing of the old one's.
/// </summary>
public sealed class SimulatedClient
{
    private readonly ClientFleet _fleet;
    private readonly Happenings _supervisor;
    private int _next;

    internal SimulatedClient(ClientFleet fleet, PlannedClient plan, SimNode node, Happenings supervisor)
    {
        _fleet = fleet;
        _supervisor = supervisor;
        Plan = plan;
        Node = node;
    }

    /// <summary>What it is to do.</summary>
    public PlannedClient Plan { get; }

    /// <summary>Its machine. To pause it or to change its clock is fine; to end its process use <see cref="Kill"/>.</summary>
    public SimNode Node { get; }

    /// <summary>It has done all operations and left.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Operations begun so far.</summary>
    public int Begun => _next;

    /// <summary>Ends its process, if one runs, and boots another after a while.</summary>
    public void Kill(ProcessEnd end, long restartAfterUs)
    {
        if (Node.Process is null || IsDone)
        {
            return;
        }

        Node.End(end);
        _supervisor.After(restartAfterUs, Boot);
    }

    internal void Boot()
    {
        var shard = Node.Boot(1).Shards[0];
        shard.Post(() =>
        {
            var process = new ClientProcess(_fleet, Plan, shard);
            process.Run(() => LiveAsync(process));
        });
    }

    private async Task LiveAsync(ClientProcess process)
    {
        var conversations = new ClientConversations(this, process);
        if (Consumption() is { } consumption)
        {
            await conversations.ExecuteAsync(consumption);
        }

        while (_next < Plan.Operations.Count)
        {
            var operation = Plan.Operations[_next++];
            await process.DelayAsync(operation.ThinkMs);
            await conversations.ExecuteAsync(operation);
        }

        await conversations.CloseAsync();
        process.CloseConnections("the client is done");
        IsDone = true;
        _fleet.OnDone();
        var life = Node.Process;
        _supervisor.After(0, () =>
        {
            if (Node.Process == life && life is not null)
            {
                Node.End(ProcessEnd.Exit);
            }
        });
    }

    /// <summary>What a program that starts again begins with: reading what it read.</summary>
    private PlannedOperation? Consumption()
    {
        var last = Plan.Operations.Take(_next).LastOrDefault(operation => operation is AssignOperation or SubscribeOperation or LeaveOperation);
        return last is LeaveOperation ? null : last;
    }

    /// <summary>Nothing of the process runs for a while; timers that are due meanwhile fire when it goes on.</summary>
    internal void Pause(int forMs)
    {
        Node.IsPaused = true;
        var process = Node.Process;
        _supervisor.After(forMs * 1000L, () =>
        {
            if (Node.Process == process)
            {
                Node.IsPaused = false;
            }
        });
    }

    /// <summary>Ends the process that runs this code, from within.</summary>
    internal void Crash(ProcessEnd end, long restartAfterMs)
    {
        var process = Node.Process;
        Check.That(process is not null, $"{Node.Name} has no process to crash");
        Kill(end, restartAfterMs * 1000);
        process.CheckAlive();
    }
}
