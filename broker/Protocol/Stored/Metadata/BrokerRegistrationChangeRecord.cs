using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 17, BrokerRegistrationChangeRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct BrokerRegistrationChangeRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 17, First: 0, Last: 3, FlexibleSince: 0);

    public int BrokerId;
    public long BrokerEpoch;
    public sbyte Fenced;
    public sbyte InControlledShutdown;
    public Seq<Uuid> LogDirs;
    public Seq<Uuid> CordonedLogDirs = Seq<Uuid>.Null;

    /// <summary>All fields at their defaults.</summary>
    public BrokerRegistrationChangeRecord()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 4;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref BrokerId);
        wire.Int64(ref BrokerEpoch);
        wire.Tags(ref this);
    }

    /// <inheritdoc/>
    public void WalkTag<TWire>(ref TWire wire, int tag)
        where TWire : struct, IWire, allows ref struct
    {
        switch (tag)
        {
            case 0:
                wire.Int8(ref Fenced);
                break;
            case 1:
                wire.Int8(ref InControlledShutdown);
                break;
            case 2:
                wire.Array(ref LogDirs);
                break;
            case 3:
                wire.Array(ref CordonedLogDirs, nullableSince: 3);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly bool HasTag(int tag, short version) => tag switch
    {
        0 => version >= 0,
        1 => version >= 1,
        2 => version >= 2,
        3 => version >= 3,
        _ => false,
    };

    /// <inheritdoc/>
    public readonly bool IsTagDefault(int tag) => tag switch
    {
        0 => Fenced == 0,
        1 => InControlledShutdown == 0,
        2 => LogDirs.Count == 0,
        3 => CordonedLogDirs.IsNull,
        _ => true,
    };
}
