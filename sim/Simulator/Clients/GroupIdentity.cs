namespace Deterministic.Simulator.Clients;

/// <summary>As whom a member speaks to the coordinator of its group.</summary>
internal readonly record struct GroupIdentity(string MemberId, int Generation, string? InstanceId);
