using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 0, RegisterBrokerRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct RegisterBrokerRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 0, First: 0, Last: 4, FlexibleSince: 0);

    public int BrokerId;
    public bool IsMigratingZkBroker;
    public Uuid IncarnationId;
    public long BrokerEpoch;
    public Seq<BrokerEndpoint> EndPoints;
    public Seq<BrokerFeature> Features;
    public Text Rack;
    public bool Fenced = true;
    public bool InControlledShutdown;
    public Seq<Uuid> LogDirs;
    public Seq<Uuid> CordonedLogDirs = Seq<Uuid>.Null;

    /// <summary>All fields at their defaults.</summary>
    public RegisterBrokerRecord()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 2;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref BrokerId);

        if (wire.Has(since: 2))
        {
            wire.Bool(ref IsMigratingZkBroker);
        }

        wire.Uuid(ref IncarnationId);
        wire.Int64(ref BrokerEpoch);
        wire.Array(ref EndPoints);
        wire.Array(ref Features);
        wire.String(ref Rack, nullableSince: 0);
        wire.Bool(ref Fenced);

        if (wire.Has(since: 1))
        {
            wire.Bool(ref InControlledShutdown);
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
                wire.Array(ref LogDirs);
                break;
            case 1:
                wire.Array(ref CordonedLogDirs, nullableSince: 4);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly bool HasTag(int tag, short version) => tag switch
    {
        0 => version >= 3,
        1 => version >= 4,
        _ => false,
    };

    /// <inheritdoc/>
    public readonly bool IsTagDefault(int tag) => tag switch
    {
        0 => LogDirs.Count == 0,
        1 => CordonedLogDirs.IsNull,
        _ => true,
    };

    /// <summary>One of <c>endPoints</c>.</summary>
    public struct BrokerEndpoint : IMessage
    {
        public Text Name;
        public Text Host;
        public ushort Port;
        public short SecurityProtocol;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.String(ref Host);
            wire.UInt16(ref Port);
            wire.Int16(ref SecurityProtocol);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>features</c>.</summary>
    public struct BrokerFeature : IMessage
    {
        public Text Name;
        public short MinSupportedVersion;
        public short MaxSupportedVersion;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Int16(ref MinSupportedVersion);
            wire.Int16(ref MaxSupportedVersion);
            wire.Tags(ref this);
        }
    }
}
