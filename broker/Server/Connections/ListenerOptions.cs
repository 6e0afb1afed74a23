namespace Deterministic.Server.Connections;

/// <summary>One address that clients connect to: its name in <c>listeners</c>, and where it listens. Immutable.</summary>
public sealed record ListenerOptions(string Name, string Host, int Port);
