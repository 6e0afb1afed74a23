namespace Deterministic.Server.Groups.Consumers;

/// <summary>What a group of the consumer protocol keeps of a member that still speaks the classic one. Immutable.</summary>
public sealed record ClassicFacet(int SessionTimeoutMs, IReadOnlyList<GroupProtocol> Protocols);
