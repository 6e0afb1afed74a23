using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to SyncGroup (key 14).</summary>
public struct SyncGroupResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Text ProtocolType = Text.Null;
    public Text ProtocolName = Text.Null;
    public Blob Assignment;

    /// <summary>All fields at their defaults.</summary>
    public SyncGroupResponse()
    {
    }

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

        wire.Int16(ref ErrorCode);

        if (wire.Has(since: 5))
        {
            wire.String(ref ProtocolType, nullableSince: 5);
            wire.String(ref ProtocolName, nullableSince: 5);
        }

        wire.Bytes(ref Assignment);
        wire.Tags(ref this);
    }
}
