using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>ConsumerGroupMetadataValue: the value of record type 3 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct ConsumerGroupMetadataValue : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 3, First: 0, Last: 0, FlexibleSince: 0);

    public int Epoch;
    public long MetadataHash;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 1;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref Epoch);
        wire.Tags(ref this);
    }

    /// <inheritdoc/>
    public void WalkTag<TWire>(ref TWire wire, int tag)
        where TWire : struct, IWire, allows ref struct
    {
        switch (tag)
        {
            case 0:
                wire.Int64(ref MetadataHash);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly bool HasTag(int tag, short version) => tag switch
    {
        0 => version >= 0,
        _ => false,
    };

    /// <inheritdoc/>
    public readonly bool IsTagDefault(int tag) => tag switch
    {
        0 => MetadataHash == 0,
        _ => true,
    };
}
