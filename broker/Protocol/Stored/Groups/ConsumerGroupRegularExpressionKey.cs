using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>ConsumerGroupRegularExpressionKey: the key of record type 16 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct ConsumerGroupRegularExpressionKey : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 16, First: 0, Last: 0, FlexibleSince: 1);

    public Text GroupId;
    public Text RegularExpression;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref GroupId);
        wire.String(ref RegularExpression);
        wire.Tags(ref this);
    }
}
