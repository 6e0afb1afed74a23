namespace Deterministic.Host.Client;

/// <summary>The broker that coordinates a group or a transactional id.</summary>
internal readonly record struct Coordinator(int NodeId, BrokerAddress Address);
