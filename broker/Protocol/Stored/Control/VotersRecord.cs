using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Control;

/// <summary>VotersRecord, as control records and embedded protocols carry it.</summary>
public struct VotersRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: -1, First: 0, Last: 0, FlexibleSince: 0);

    public short Version;
    public Seq<Voter> Voters;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int16(ref Version);
        wire.Array(ref Voters);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>voters</c>.</summary>
    public struct Voter : IMessage
    {
        public int VoterId;
        public Uuid VoterDirectoryId;
        public Seq<Endpoint> Endpoints;
        public KRaftVersionFeature KRaftVersionFeature;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref VoterId);
            wire.Uuid(ref VoterDirectoryId);
            wire.Array(ref Endpoints);
            wire.Struct(ref KRaftVersionFeature);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>endpoints</c>.</summary>
    public struct Endpoint : IMessage
    {
        public Text Name;
        public Text Host;
        public ushort Port;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.String(ref Host);
            wire.UInt16(ref Port);
            wire.Tags(ref this);
        }
    }

    /// <summary>The struct <c>kRaftVersionFeature</c>.</summary>
    public struct KRaftVersionFeature : IMessage
    {
        public short MinSupportedVersion;
        public short MaxSupportedVersion;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref MinSupportedVersion);
            wire.Int16(ref MaxSupportedVersion);
            wire.Tags(ref this);
        }
    }
}
