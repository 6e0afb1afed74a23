using System.Globalization;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Scenarios;

/// <summary>
/// Draws a scenario from a seed, swarm-like: each seed leaves whole kinds of faults, features and operations out and draws
/// small limits, so that rare paths are common somewhere. The same seed gives the same scenario in every process.
/// </summary>
public static class ScenarioGenerator
{
    /// <summary>Longer than the shortest retention of offsets, which is a minute.</summary>
    private const int RestMs = 75_000;

    private const int LongestMs = 60_000;
    private const ulong PlanStream = 0x5CE9A7105CE9A710UL;

    /// <summary>The scenario of a seed.</summary>
    public static Scenario Draw(ulong seed)
    {
        var choices = new Choices(new SeededChooser(SeededChooser.Mix(seed ^ PlanStream)));
        var durationUs = choices.Between(3, choices.Chance(200, "scenario.long") ? 60 : 15, "scenario.seconds") * 1_000_000;
        var broker = DrawBroker(choices);
        durationUs += broker.Properties.ContainsKey("offsets.retention.minutes") ? RestMs * 1000L : 0;
        var workload = WorkloadGenerator.Draw(choices, DrawWorkload(choices, durationUs, broker));
        return new Scenario
        {
            Seed = seed,
            Broker = broker,
            Scheduler = DrawScheduler(choices),
            Workload = workload,
            Faults = FaultPlanGenerator.Draw(choices, broker, workload, durationUs),
            DurationUs = durationUs,
        };
    }

    /// <summary>The chooser of what is decided during the run of that seed.</summary>
    public static IChooser ChooserOf(ulong seed) => new SeededChooser(SeededChooser.Mix(seed));

    private static BrokerPlan DrawBroker(Choices choices)
    {
        var properties = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var limit in SmallLimits.All)
        {
            if (choices.Chance(limit.PerMille, "swarm.limit"))
            {
                properties[limit.Key] = choices.Pick(limit.Values, "swarm.limit-value");
            }
        }

        if (choices.Chance(900, "swarm.consumer-sessions"))
        {
            foreach (var (key, value) in s_shortSessions)
            {
                properties[key] = value;
            }

            properties["group.consumer.assignment.interval.ms"] = choices.Pick(["0", "100", "1000"], "swarm.assignment-interval");
        }

        if (choices.Chance(500, "swarm.log-dirs"))
        {
            properties["log.dirs"] = choices.Pick(["/data,/data2", "/data,/data2,/data3"], "swarm.log-dirs-count");
        }

        return new BrokerPlan { Shards = 1 + choices.Next(4, "swarm.shards"), Properties = properties };
    }

    private static WorkloadOptions DrawWorkload(Choices choices, long durationUs, BrokerPlan broker)
    {
        var options = DrawOptions(choices, durationUs, broker);

        // What a muted connection holds is done when its client has long sent it again: copies come late, and producers must be remembered.
        return options with { HasQuotas = options.HasQuotas && !options.HasPlainProducers && options.DeliveryTimeoutMaxMs == int.MaxValue && choices.Chance(600, "swarm.has-quotas") };
    }

    private static WorkloadOptions DrawOptions(Choices choices, long durationUs, BrokerPlan broker) => new()
    {
        DurationMaxMs = (int)Math.Min(durationUs / 1000, LongestMs),
        OperationsMax = choices.Chance(100, "swarm.many-operations") ? 400 : 120,
        OperationsMin = 20,
        DeletesTopics = choices.Chance(500, "swarm.deletes"),
        LosesRecords = choices.Chance(600, "swarm.loses"),
        HasOldClients = choices.Chance(400, "swarm.old-clients"),
        HasPlainProducers = choices.Chance(500, "swarm.plain-producers"),
        RestMs = broker.Properties.ContainsKey("offsets.retention.minutes") ? RestMs : 0,
        DeliveryTimeoutMaxMs = broker.Properties.TryGetValue("producer.id.expiration.ms", out var expirationMs)
            ? int.Parse(expirationMs, CultureInfo.InvariantCulture) / 2 : int.MaxValue,
        ClientsLosePower = !broker.Properties.ContainsKey("max.connections"),
        ClientsFail = choices.Chance(500, "swarm.clients-fail"),
        HasGroups = choices.Chance(600, "swarm.groups"),
        HasTransactions = choices.Chance(600, "swarm.has-transactions"),
        LogDirs = broker.LogDirectories.Count,

        // A muted connection whose client is gone counts until it is paid for.
        HasQuotas = !broker.Properties.ContainsKey("max.connections"),
        AltersTopics = choices.Chance(500, "swarm.alters"),
    };

    private static SchedulerPlan DrawScheduler(Choices choices) => new()
    {
        UsesPriorities = choices.Chance(300, "swarm.priorities"),
        ChangePoints = choices.Next(8, "swarm.change-points"),
        ChangeWithin = 1 + choices.Next(200_000, "swarm.change-within"),
        SlackUs = choices.Pick(s_slacks, "swarm.slack"),
        RunCostUs = choices.Pick(s_costs, "swarm.run-cost"),
        WorkMax = choices.Pick(s_works, "swarm.work"),
    };

    /// <summary>Sessions of the consumer protocol that end within seconds; each key needs the others.</summary>
    private static readonly (string Key, string Value)[] s_shortSessions =
    [
        ("group.consumer.min.session.timeout.ms", "1000"), ("group.consumer.session.timeout.ms", "6000"),
        ("group.consumer.min.heartbeat.interval.ms", "100"), ("group.consumer.heartbeat.interval.ms", "1000"),
    ];

    private static readonly long[] s_slacks = [0, 0, 50, 500, 5_000, 30_000];
    private static readonly long[] s_costs = [2, 5, 20, 100];
    private static readonly int[] s_works = [1, 1, 4, 64];
}
