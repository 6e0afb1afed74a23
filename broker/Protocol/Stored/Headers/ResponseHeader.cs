using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Headers;

/// <summary>ResponseHeader: what stands before every message of its kind.</summary>
public struct ResponseHeader : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: -1, First: 0, Last: 1, FlexibleSince: 1);

    public int CorrelationId;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref CorrelationId);
        wire.Tags(ref this);
    }
}
