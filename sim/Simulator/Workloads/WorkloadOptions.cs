namespace Deterministic.Simulator.Workloads;

/// <summary>What a <see cref="WorkloadGenerator"/> may draw. Immutable; all is on unless it is switched off.</summary>
public sealed record WorkloadOptions
{
    /// <summary>Operations of all clients together, about.</summary>
    public int OperationsMin { get; init; } = 50;

    /// <summary>Operations of all clients together, about.</summary>
    public int OperationsMax { get; init; } = 400;

    /// <summary>Think times are drawn so that a client's operations take about this, in milliseconds.</summary>
    public int DurationMaxMs { get; init; } = 20_000;

    /// <summary>Replicas of each topic.</summary>
    public short ReplicationFactor { get; init; } = 1;

    /// <summary>Whether topics are deleted and created again.</summary>
    public bool DeletesTopics { get; init; } = true;

    /// <summary>Whether topics may be compacted or lose records by age and size.</summary>
    public bool LosesRecords { get; init; } = true;

    /// <summary>Whether some clients are old.</summary>
    public bool HasOldClients { get; init; } = true;

    /// <summary>Whether some producers are not idempotent.</summary>
    public bool HasPlainProducers { get; init; } = true;

    /// <summary>Whether clients crash, pause and are paused beyond their sessions.</summary>
    public bool ClientsFail { get; init; } = true;

    /// <summary>Whether some clients send what they should not.</summary>
    public bool HasHostileClients { get; init; } = true;

    /// <summary>
    /// The longest that producers try, in milliseconds: a broker that has forgotten a producer takes what it sends again for new,
    /// so nobody may try for as long as producer.id.expiration.ms.
    /// </summary>
    public int DeliveryTimeoutMaxMs { get; init; } = int.MaxValue;

    /// <summary>How long some clients do nothing once, in milliseconds: longer than what is to expire meanwhile.</summary>
    public int RestMs { get; init; }

    /// <summary>Whether clients that crash may leave connections half open, which count until the broker takes them for idle.</summary>
    public bool ClientsLosePower { get; init; } = true;

    /// <summary>Whether there are transactional producers.</summary>
    public bool HasTransactions { get; init; } = true;

    /// <summary>Whether topics that are in use get more partitions, other configurations and other log starts.</summary>
    public bool AltersTopics { get; init; } = true;

    /// <summary>Whether clients set quotas of their own.</summary>
    public bool HasQuotas { get; init; } = true;

    /// <summary>Log directories of each broker, between which partitions may move.</summary>
    public int LogDirs { get; init; } = 1;

    /// <summary>Whether there are consumer groups.</summary>
    public bool HasGroups { get; init; } = true;
}
