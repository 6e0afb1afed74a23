using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>OffsetCommitValue: the value of record type 1 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct OffsetCommitValue : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 1, First: 0, Last: 4, FlexibleSince: 4);

    public long Offset;
    public int LeaderEpoch = -1;
    public Text Metadata;
    public long CommitTimestamp;
    public long ExpireTimestamp = -1;
    public Uuid TopicId;

    /// <summary>All fields at their defaults.</summary>
    public OffsetCommitValue()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 1;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int64(ref Offset);

        if (wire.Has(since: 3))
        {
            wire.Int32(ref LeaderEpoch);
        }

        wire.String(ref Metadata);
        wire.Int64(ref CommitTimestamp);

        if (wire.Has(since: 1, until: 1))
        {
            wire.Int64(ref ExpireTimestamp);
        }

        wire.Tags(ref this);
    }

    /// <inheritdoc/>
    public void WalkTag<TWire>(ref TWire wire, int tag)
        where TWire : struct, IWire, allows ref struct
    {
        switch (tag)
        {
            case 0:
                wire.Uuid(ref TopicId);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly bool HasTag(int tag, short version) => tag switch
    {
        0 => version >= 4,
        _ => false,
    };

    /// <inheritdoc/>
    public readonly bool IsTagDefault(int tag) => tag switch
    {
        0 => TopicId.IsZero,
        _ => true,
    };
}
