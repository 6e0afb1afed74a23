using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to InitProducerId (key 22).</summary>
public struct InitProducerIdResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public long ProducerId = -1;
    public short ProducerEpoch;
    public long OngoingTxnProducerId = -1;
    public short OngoingTxnProducerEpoch = -1;

    /// <summary>All fields at their defaults.</summary>
    public InitProducerIdResponse()
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
        wire.Int64(ref ProducerId);
        wire.Int16(ref ProducerEpoch);

        if (wire.Has(since: 6))
        {
            wire.Int64(ref OngoingTxnProducerId);
            wire.Int16(ref OngoingTxnProducerEpoch);
        }

        wire.Tags(ref this);
    }
}
