using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>Who asks: client id (empty when it gave none), address as <c>/127.0.0.1</c>, and the version of the request it sent.</summary>
public readonly record struct GroupClient(Text ClientId, Text ClientHost, short Version);
