using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to EndTxn (key 26).</summary>
public struct EndTxnResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public long ProducerId = -1;
    public short ProducerEpoch = -1;

    /// <summary>All fields at their defaults.</summary>
    public EndTxnResponse()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Int16(ref ErrorCode);

        if (wire.Has(since: 5))
        {
            wire.Int64(ref ProducerId);
            wire.Int16(ref ProducerEpoch);
        }

        wire.Tags(ref this);
    }
}
