namespace Deterministic.Protocol.Wire;

/// <summary>A request, which knows its API.</summary>
public interface IRequest : IMessage
{
    /// <summary>Key and versions.</summary>
    static abstract ApiInfo Api { get; }
}
