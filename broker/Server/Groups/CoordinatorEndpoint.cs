namespace Deterministic.Server.Groups;

/// <summary>Where clients reach a coordinator.</summary>
public sealed record CoordinatorEndpoint(int NodeId, string Host, int Port);
