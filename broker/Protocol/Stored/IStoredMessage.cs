using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored;

/// <summary>A message that stands in a log, a file or inside another message rather than in a frame.</summary>
public interface IStoredMessage : IMessage
{
    /// <summary>Record type and versions.</summary>
    static abstract StoredInfo Info { get; }
}
