namespace Deterministic.Server.Replication;

/// <summary>One partition's part of a produce request: where in the response its answer goes, and what is appended where.</summary>
internal record struct ProduceItem(int TopicIndex, int PartitionIndex, TopicIdPartition Partition, ReadOnlyMemory<byte> Records);
