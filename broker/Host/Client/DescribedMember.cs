namespace Deterministic.Host.Client;

/// <summary>A member of a group as the coordinator describes it.</summary>
internal sealed record DescribedMember(string MemberId, string Host, string ClientId, IReadOnlyList<TopicAndPartition> Partitions);
