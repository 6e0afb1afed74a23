namespace Deterministic.Simulator.Clients;

/// <summary>An offset that a transaction commits: that of a batch of its own, so that later ones are higher. Lives for the operation.</summary>
internal sealed record CommittedInTransaction(string Group, ProducerLane Lane, long Offset);
