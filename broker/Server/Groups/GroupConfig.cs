using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Assignors;
using Deterministic.Server.Groups.Consumers;

namespace Deterministic.Server.Groups;

/// <summary>What the group protocols may be told; the defaults are Kafka's. Read-only, lives as long as the coordinator.</summary>
public sealed record GroupConfig
{
    /// <summary><c>group.initial.rebalance.delay.ms</c>: how long an empty group waits for more members before its first rebalance.</summary>
    public int InitialRebalanceDelayMs { get; init; } = 3000;

    /// <summary><c>group.min.session.timeout.ms</c></summary>
    public int MinSessionTimeoutMs { get; init; } = 6000;

    /// <summary><c>group.max.session.timeout.ms</c></summary>
    public int MaxSessionTimeoutMs { get; init; } = 1_800_000;

    /// <summary><c>group.max.size</c>: members of one group.</summary>
    public int MaxSize { get; init; } = int.MaxValue;

    /// <summary><c>offset.metadata.max.bytes</c>: length of the metadata of a committed offset; Kafka counts UTF-16 code units.</summary>
    public int OffsetMetadataMaxBytes { get; init; } = 4096;

    /// <summary><c>offsets.retention.minutes</c></summary>
    public int OffsetsRetentionMinutes { get; init; } = 7 * 24 * 60;

    /// <summary><c>offsets.retention.check.interval.ms</c></summary>
    public long OffsetsRetentionCheckIntervalMs { get; init; } = 600_000;

    /// <summary>Milliseconds of <see cref="OffsetsRetentionMinutes"/>.</summary>
    public long OffsetsRetentionMs => OffsetsRetentionMinutes * 60_000L;

    /// <summary><c>group.consumer.max.size</c>: members of one group of the consumer protocol.</summary>
    public int ConsumerMaxSize { get; init; } = int.MaxValue;

    /// <summary><c>group.consumer.session.timeout.ms</c> with its bounds.</summary>
    public BoundedMs ConsumerSessionTimeoutMs { get; init; } = new(45_000, 45_000, 60_000);

    /// <summary><c>group.consumer.heartbeat.interval.ms</c> with its bounds.</summary>
    public BoundedMs ConsumerHeartbeatIntervalMs { get; init; } = new(5000, 5000, 15_000);

    /// <summary><c>group.consumer.assignment.interval.ms</c> with its bounds.</summary>
    public BoundedMs ConsumerAssignmentIntervalMs { get; init; } = new(1000, 0, 15_000);

    /// <summary><c>group.consumer.regex.refresh.interval.ms</c>: how old what an expression matched may become.</summary>
    public int ConsumerRegexRefreshIntervalMs { get; init; } = 600_000;

    /// <summary><c>group.consumer.migration.policy</c></summary>
    public MigrationPolicy MigrationPolicy { get; init; } = MigrationPolicy.Bidirectional;

    /// <summary><c>group.consumer.assignors</c>: those that members may ask for; the first is for those who do not ask.</summary>
    internal IReadOnlyList<IConsumerAssignor> ConsumerAssignors { get; init; } = [new UniformAssignor(), new RangeAssignor()];

    /// <summary>How long a member of the group may be silent.</summary>
    internal int SessionTimeoutMsOf(Text groupId, IGroupSettings settings) =>
        ConsumerSessionTimeoutMs.Or(settings.Find(groupId, "consumer.session.timeout.ms"));

    /// <summary>How often a member of the group shall be heard of.</summary>
    internal int HeartbeatIntervalMsOf(Text groupId, IGroupSettings settings) =>
        ConsumerHeartbeatIntervalMs.Or(settings.Find(groupId, "consumer.heartbeat.interval.ms"));

    /// <summary>The least time between two target assignments of the group.</summary>
    internal int AssignmentIntervalMsOf(Text groupId, IGroupSettings settings) =>
        ConsumerAssignmentIntervalMs.Or(settings.Find(groupId, "consumer.assignment.interval.ms"));
}
