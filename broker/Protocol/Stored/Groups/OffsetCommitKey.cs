using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>OffsetCommitKey: the key of record type 1 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct OffsetCommitKey : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 1, First: 0, Last: 0, FlexibleSince: 1);

    public Text Group;
    public Text Topic;
    public int Partition;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref Group);
        wire.String(ref Topic);
        wire.Int32(ref Partition);
        wire.Tags(ref this);
    }
}
