namespace Deterministic.Raft;

/// <summary>A controller listener of a voter.</summary>
public sealed record VoterEndpoint(string ListenerName, string Host, int Port);
