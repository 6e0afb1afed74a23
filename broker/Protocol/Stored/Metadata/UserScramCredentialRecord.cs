using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 11, UserScramCredentialRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct UserScramCredentialRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 11, First: 0, Last: 0, FlexibleSince: 0);

    public Text Name;
    public sbyte Mechanism;
    public Blob Salt;
    public Blob StoredKey;
    public Blob ServerKey;
    public int Iterations;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref Name);
        wire.Int8(ref Mechanism);
        wire.Bytes(ref Salt);
        wire.Bytes(ref StoredKey);
        wire.Bytes(ref ServerKey);
        wire.Int32(ref Iterations);
        wire.Tags(ref this);
    }
}
