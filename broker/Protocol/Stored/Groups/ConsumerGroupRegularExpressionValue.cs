using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>ConsumerGroupRegularExpressionValue: the value of record type 16 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct ConsumerGroupRegularExpressionValue : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 16, First: 0, Last: 0, FlexibleSince: 0);

    public Seq<Text> Topics;
    public long Version;
    public long Timestamp;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Topics);
        wire.Int64(ref Version);
        wire.Int64(ref Timestamp);
        wire.Tags(ref this);
    }
}
