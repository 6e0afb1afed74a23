using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Workloads;

/// <summary>
/// Draws workloads. The swarm: each draw first decides which kinds of things there are at all and how large, and then the
/// operations within that, so that every combination is the usual one in some run. Stateless.
/// </summary>
public static class WorkloadGenerator
{
    /// <summary>Operations of one client at most.</summary>
    private const int OperationsOfClientMax = 120;

    /// <summary>Draws a workload.</summary>
    public static Workload Draw(Choices choices, WorkloadOptions options)
    {
        var swarm = new Swarm(choices, options);
        var topics = TopicDrawing.Draw(choices, options, swarm);
        var operations = (int)choices.Between(options.OperationsMin, options.OperationsMax, "workload.operations");
        var clients = new List<PlannedClient>();
        if (swarm.HasPipeline)
        {
            PipeDrawing.Add(choices, options, swarm, topics, clients);
        }

        clients.Insert(0, ClientDrawing.Creator(choices, topics));
        var count = 1 + (int)choices.Skewed(5, "workload.clients");
        count = Math.Max(count, swarm.Groups > 0 ? 2 + choices.Next(choices.Chance(250, "workload.crowd") ? 7 : 3, "workload.members") : 1);
        count = Math.Max(count, operations / OperationsOfClientMax);
        for (var i = 0; i < count; i++)
        {
            clients.Add(new ClientDrawing(choices, swarm, topics).Draw($"client-{i + 1}", Math.Max(1, operations / count), isFirst: i == 0));
        }

        for (var left = options.HasHostileClients && choices.Chance(400, "workload.hostile") ? 1 + choices.Next(2, "workload.hostile-clients") : 0; left > 0; left--)
        {
            clients.Add(HostileDrawing.Draw(choices, $"hostile-{left}"));
        }

        return new Workload { Topics = topics, Clients = clients };
    }
}
