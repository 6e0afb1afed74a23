using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to FindCoordinator (key 10).</summary>
public struct FindCoordinatorResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Text ErrorMessage;
    public int NodeId;
    public Text Host;
    public int Port;
    public Seq<Coordinator> Coordinators;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 1))
        {
            wire.Int32(ref ThrottleTimeMs);
        }

        if (wire.Has(since: 0, until: 3))
        {
            wire.Int16(ref ErrorCode);
        }

        if (wire.Has(since: 1, until: 3))
        {
            wire.String(ref ErrorMessage, nullableSince: 1);
        }

        if (wire.Has(since: 0, until: 3))
        {
            wire.Int32(ref NodeId);
            wire.String(ref Host);
            wire.Int32(ref Port);
        }

        if (wire.Has(since: 4))
        {
            wire.Array(ref Coordinators);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>coordinators</c>.</summary>
    public struct Coordinator : IMessage
    {
        public Text Key;
        public int NodeId;
        public Text Host;
        public int Port;
        public short ErrorCode;
        public Text ErrorMessage;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 4))
            {
                wire.String(ref Key);
                wire.Int32(ref NodeId);
                wire.String(ref Host);
                wire.Int32(ref Port);
                wire.Int16(ref ErrorCode);
                wire.String(ref ErrorMessage, nullableSince: 4);
            }

            wire.Tags(ref this);
        }
    }
}
