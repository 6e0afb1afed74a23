using Deterministic.Protocol;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>Why a request of a member of the consumer protocol is refused. Immutable.</summary>
internal sealed record GroupRefusal(ErrorCode Error, string Message);
