namespace Deterministic.Protocol.Records;

/// <summary>The attribute bits of a record batch: 0-2 codec, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon.</summary>
public readonly record struct BatchAttributes(short Bits)
{
    /// <summary>How the records are compressed. May be a number that no codec has.</summary>
    public CompressionCodec Codec => (CompressionCodec)(Bits & 0x07);

    /// <summary>Whether the broker's append time stands for the timestamps of all records.</summary>
    public bool IsLogAppendTime => (Bits & 0x08) != 0;

    /// <summary>Whether the batch belongs to a transaction.</summary>
    public bool IsTransactional => (Bits & 0x10) != 0;

    /// <summary>Whether it holds a control record, which no consumer is shown.</summary>
    public bool IsControl => (Bits & 0x20) != 0;

    /// <summary>Whether the base timestamp is the time from which tombstones and markers may go (KIP-534).</summary>
    public bool HasDeleteHorizon => (Bits & 0x40) != 0;
}
