namespace Deterministic.Server.Replication;

/// <summary>What one fetch wants of one partition. <paramref name="Item"/> is its place in the request.</summary>
internal readonly record struct FetchSpec(
    int Item, TopicIdPartition Partition, long FetchOffset, int MaxBytes, int CurrentLeaderEpoch, int LastFetchedEpoch);
