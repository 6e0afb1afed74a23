using Deterministic.Protocol;

namespace Deterministic.Server.Controller;

/// <summary>Why one topic of a request cannot be served; ends the decision about that topic alone.</summary>
internal sealed class TopicRefusal(ErrorCode error, string message) : Exception(message)
{
    internal ErrorCode Error { get; } = error;
}
