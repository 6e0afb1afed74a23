namespace Deterministic.Simulator.Clients;

/// <summary>A request has no answer and will get none.</summary>
internal sealed class RequestLostException(string message, bool mayHaveActed) : Exception(message)
{
    /// <summary>Some of its bytes may have reached the broker, which may have done what was asked or may do it yet.</summary>
    internal bool MayHaveActed { get; } = mayHaveActed;
}
