using Deterministic.Protocol.Records;
using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Workloads;

/// <summary>What a workload has at all and how large things are in it. Drawn first; lives while the workload is drawn.</summary>
internal sealed class Swarm
{
    private static readonly int[] s_recordsMax = [1, 3, 12, 60];
    private static readonly int[] s_bytesMax = [0, 20, 300, 4000, 30_000];
    private static readonly int[] s_keys = [1, 3, 20, 1000];
    private static readonly int[] s_thinkMs = [0, 5, 50, 400, 2000];
    private static readonly int[] s_weights = [0, 1, 3, 10];

    private readonly Choices _choices;

    internal Swarm(Choices choices, WorkloadOptions options)
    {
        _choices = choices;
        Codecs = [.. Enum.GetValues<CompressionCodec>().Where(_ => choices.Chance(400, "swarm.codec"))];
        if (Codecs.Count == 0)
        {
            Codecs = [CompressionCodec.None];
        }

        RecordsMax = choices.Pick(s_recordsMax, "swarm.records");
        ValueBytesMax = choices.Pick(s_bytesMax, "swarm.bytes");
        Keys = choices.Pick(s_keys, "swarm.keys");
        BatchesMax = 1 + choices.Next(8, "swarm.batches");
        HeadersMax = choices.Chance(300, "swarm.headers") ? 4 : 0;
        NullKeyPerMille = choices.Pick([0, 200, 1000], "swarm.null-keys");
        NullValuePerMille = choices.Pick([0, 0, 150], "swarm.null-values");
        OversizePerMille = choices.Pick([0, 0, 15], "swarm.oversize");
        DamagedPerMille = choices.Pick([0, 0, 30], "swarm.damaged");
        TimestampOffsetMaxMs = choices.Pick([0, 0, 2000, 1_000_000], "swarm.timestamps");
        ThinkMaxMs = Math.Min(choices.Pick(s_thinkMs, "swarm.think"), Math.Max(1, options.DurationMaxMs / 20));
        Poll = Weight("swarm.poll", 1);
        Send = Weight("swarm.send", 1);
        Seek = Weight("swarm.seek");
        Assign = Weight("swarm.assign");
        Inspect = Weight("swarm.inspect");
        DeliveryTimeoutMaxMs = options.DeliveryTimeoutMaxMs;
        RestMs = options.RestMs;
        Refused = Weight("swarm.refused");
        Recreate = options.DeletesTopics ? Weight("swarm.recreate") : 0;
        Alter = options.AltersTopics ? Weight("swarm.alter") : 0;
        Move = options.LogDirs > 1 ? Weight("swarm.move", 1) : 0;
        LogDirs = options.LogDirs;
        Groups = options.HasGroups && choices.Chance(600, "swarm.groups") ? 1 + choices.Next(2, "swarm.group-count") : 0;
        TransactionalIds = options.HasTransactions && choices.Chance(600, "swarm.transactions") ? 1 + choices.Next(3, "swarm.transactional-ids") : 0;
        TransactPerMille = TransactionalIds > 0 ? choices.Pick([200, 500, 900], "swarm.transact") : 0;
        TransactionTimeoutMs = choices.Pick([10_000, 3000, 500], "swarm.transaction-timeout");
        HasPipeline = options.HasTransactions && options.HasGroups && choices.Chance(300, "swarm.pipeline");
        IsCooperative = [choices.Chance(500, "swarm.cooperative"), choices.Chance(500, "swarm.cooperative")];
        SubscriberPerMille = Groups > 0 ? choices.Pick([300, 700, 1000], "swarm.subscribers") : 0;
        ConsumerProtocolPerMille = [choices.Pick([0, 500, 1000, 1000], "swarm.consumer-protocol"), choices.Pick([0, 500, 1000], "swarm.consumer-protocol")];
        PatternPerMille = choices.Pick([0, 300, 1000], "swarm.patterns");
        OwnGroup = Weight("swarm.own-group");
        Telemetry = Weight("swarm.telemetry");
        StaticMemberPerMille = choices.Pick([0, 300, 1000], "swarm.static-members");
        SharedInstancePerMille = choices.Pick([0, 0, 500], "swarm.shared-instances");
        FailPerMille = options.ClientsFail ? choices.Pick([0, 0, 20, 80], "swarm.client-failures") : 0;
        ClientPowerLossPerMille = options.ClientsLosePower ? choices.Pick([0, 300], "swarm.client-power-losses") : 0;
        OldClientPerMille = options.HasOldClients ? choices.Pick([0, 0, 300, 1000], "swarm.old-clients") : 0;
        PlainProducerPerMille = options.HasPlainProducers ? choices.Pick([0, 0, 300, 1000], "swarm.plain-producers") : 0;
        QuotaPerMille = options.HasQuotas ? choices.Pick([0, 40, 150, 400], "swarm.quotas") : 0;
    }

    internal IReadOnlyList<CompressionCodec> Codecs { get; }

    /// <summary>How often clients change a quota of their own before they do something.</summary>
    internal int QuotaPerMille { get; }

    /// <summary>Records of a batch.</summary>
    internal int RecordsMax { get; }

    internal int ValueBytesMax { get; }

    /// <summary>Different keys of a partition.</summary>
    internal int Keys { get; }

    /// <summary>Batches of a send.</summary>
    internal int BatchesMax { get; }

    internal int HeadersMax { get; }

    internal int NullKeyPerMille { get; }

    internal int NullValuePerMille { get; }

    internal int OversizePerMille { get; }

    /// <summary>Batches that are damaged when they are sent for the first time.</summary>
    internal int DamagedPerMille { get; }

    internal long TimestampOffsetMaxMs { get; }

    internal int ThinkMaxMs { get; }

    internal int Poll { get; }

    internal int Send { get; }

    internal int Seek { get; }

    internal int Assign { get; }

    internal int Inspect { get; }

    internal int DeliveryTimeoutMaxMs { get; }

    internal int RestMs { get; }

    /// <summary>Requests that must be refused.</summary>
    internal int Refused { get; }

    internal int Recreate { get; }

    /// <summary>Moves of partitions between log directories.</summary>
    internal int Move { get; }

    internal int LogDirs { get; }

    internal int Alter { get; }

    /// <summary>Consumer groups; 0, 1 or 2.</summary>
    internal int Groups { get; }

    /// <summary>Transactional ids, which clients share.</summary>
    internal int TransactionalIds { get; }

    /// <summary>Sends that are transactions.</summary>
    internal int TransactPerMille { get; }

    internal int TransactionTimeoutMs { get; }

    /// <summary>Whether a group makes records of records.</summary>
    internal bool HasPipeline { get; }

    /// <summary>Of each group.</summary>
    internal IReadOnlyList<bool> IsCooperative { get; }

    /// <summary>Consumers that are members of a group.</summary>
    internal int SubscriberPerMille { get; }

    /// <summary>Of each group: members that speak the consumer protocol.</summary>
    internal IReadOnlyList<int> ConsumerProtocolPerMille { get; }

    /// <summary>Members that subscribe by regular expressions.</summary>
    internal int PatternPerMille { get; }

    /// <summary>What clients do to offsets and groups of their own.</summary>
    internal int OwnGroup { get; }

    /// <summary>Pushing of metrics.</summary>
    internal int Telemetry { get; }

    internal int StaticMemberPerMille { get; }

    /// <summary>Static members that have their instance id with another one in common, so that one fences the other.</summary>
    internal int SharedInstancePerMille { get; }

    /// <summary>Operations before which a client crashes or stands still.</summary>
    internal int FailPerMille { get; }

    /// <summary>Crashes of clients whose connections stay half open.</summary>
    internal int ClientPowerLossPerMille { get; }

    internal int OldClientPerMille { get; }

    internal int PlainProducerPerMille { get; }

    private int Weight(string tag, int min = 0) => Math.Max(min, _choices.Pick(s_weights, tag));
}
