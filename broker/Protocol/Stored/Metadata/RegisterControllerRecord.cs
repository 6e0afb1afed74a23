using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 27, RegisterControllerRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct RegisterControllerRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 27, First: 0, Last: 0, FlexibleSince: 0);

    public int ControllerId;
    public Uuid IncarnationId;
    public bool ZkMigrationReady;
    public Seq<ControllerEndpoint> EndPoints;
    public Seq<ControllerFeature> Features;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ControllerId);
        wire.Uuid(ref IncarnationId);
        wire.Bool(ref ZkMigrationReady);
        wire.Array(ref EndPoints);
        wire.Array(ref Features);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>endPoints</c>.</summary>
    public struct ControllerEndpoint : IMessage
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
    public struct ControllerFeature : IMessage
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
