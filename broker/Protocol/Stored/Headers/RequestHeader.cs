using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Headers;

/// <summary>RequestHeader: what stands before every message of its kind.</summary>
public struct RequestHeader : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: -1, First: 1, Last: 2, FlexibleSince: 2);

    public short RequestApiKey;
    public short RequestApiVersion;
    public int CorrelationId;
    public Text ClientId;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int16(ref RequestApiKey);
        wire.Int16(ref RequestApiVersion);
        wire.Int32(ref CorrelationId);
        wire.ClassicString(ref ClientId, nullableSince: 1);
        wire.Tags(ref this);
    }
}
