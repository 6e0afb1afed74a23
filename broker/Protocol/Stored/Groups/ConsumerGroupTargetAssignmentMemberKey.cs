using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>ConsumerGroupTargetAssignmentMemberKey: the key of record type 7 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct ConsumerGroupTargetAssignmentMemberKey : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 7, First: 0, Last: 0, FlexibleSince: 1);

    public Text GroupId;
    public Text MemberId;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref GroupId);
        wire.String(ref MemberId);
        wire.Tags(ref this);
    }
}
