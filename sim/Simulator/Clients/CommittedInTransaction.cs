namespace Deterministic.Simulator.Clients;

/// <summary>An offset that a transaction commits for a group. Lives for the transaction.</summary>
internal readonly record struct CommittedInTransaction(string Topic, int Partition, long Offset);
