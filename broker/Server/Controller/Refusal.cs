using Deterministic.Protocol;

namespace Deterministic.Server.Controller;

/// <summary>Why one part of a request (a topic, a partition, a resource) cannot be served; ends the decision about that part alone.</summary>
internal sealed class Refusal(ErrorCode error, string? message) : Exception(message)
{
    internal ErrorCode Error { get; } = error;

    /// <summary>What the client is told; null when the error says it all.</summary>
    internal string? Text { get; } = message;
}
