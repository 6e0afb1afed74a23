namespace Deterministic.Simulator.Clients;

/// <summary>What a client knows of a partition from its metadata: the leader's node id (-1: none) and the leader epoch (-1: unknown).</summary>
internal readonly record struct PartitionView(int Leader, int LeaderEpoch);
