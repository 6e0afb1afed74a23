namespace Deterministic.Host.Client;

/// <summary>A member of a group as the coordinator describes it; epoch and target are null in a group of the classic protocol.</summary>
internal sealed record DescribedMember(
    string MemberId, string? InstanceId, string Host, string ClientId, IReadOnlyList<TopicAndPartition> Partitions,
    int? Epoch = null, IReadOnlyList<TopicAndPartition>? Target = null);
