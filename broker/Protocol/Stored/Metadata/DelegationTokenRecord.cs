using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 10, DelegationTokenRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct DelegationTokenRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 10, First: 0, Last: 0, FlexibleSince: 0);

    public Text Owner;
    public Text Requester;
    public Seq<Text> Renewers;
    public long IssueTimestamp;
    public long MaxTimestamp;
    public long ExpirationTimestamp;
    public Text TokenId;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref Owner);
        wire.String(ref Requester);
        wire.Array(ref Renewers);
        wire.Int64(ref IssueTimestamp);
        wire.Int64(ref MaxTimestamp);
        wire.Int64(ref ExpirationTimestamp);
        wire.String(ref TokenId);
        wire.Tags(ref this);
    }
}
