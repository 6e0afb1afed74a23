namespace Deterministic.Simulator.Workloads;

/// <summary>A consumer joins a group, at its next poll; part of a plan. It stays a member until it assigns itself something, leaves or ends.</summary>
public sealed record SubscribeOperation : PlannedOperation
{
    /// <summary>The group.</summary>
    public required string Group { get; init; }

    /// <summary>Positions in <see cref="Workload.Topics"/>.</summary>
    public required IReadOnlyList<int> Topics { get; init; }

    /// <summary>Whether it speaks the consumer protocol (KIP-848), if the client knows its versions; members of a group may differ.</summary>
    public bool UsesConsumerProtocol { get; init; }

    /// <summary>Whether it names its topics by a regular expression, which the coordinator resolves (KIP-848); a classic member has no such thing.</summary>
    public bool UsesPattern { get; init; }

    /// <summary>Whether it keeps its partitions over a rebalance (KIP-429); all members of a group do the same.</summary>
    public bool IsCooperative { get; init; }

    /// <summary>The <c>group.instance.id</c> of a static member (KIP-345); null: a dynamic one.</summary>
    public string? InstanceId { get; init; }

    /// <summary>After which the coordinator takes a silent member for dead, in milliseconds.</summary>
    public int SessionTimeoutMs { get; init; } = 6000;

    /// <summary>How long members have for joining again, in milliseconds.</summary>
    public int RebalanceTimeoutMs { get; init; } = 5000;

    /// <summary>Version of the subscription in the embedded protocol, 0 to 3.</summary>
    public short SubscriptionVersion { get; init; } = 3;
}
