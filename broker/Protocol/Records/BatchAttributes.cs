namespace Deterministic.Protocol.Records;

/// <summary>The attribute bits of a record batch: 0-2 codec, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon.</summary>
public readonly record struct BatchAttributes(short Bits)
{
    internal const int CodecBits = 0x07;
    internal const int LogAppendTimeBit = 0x08;
    internal const int TransactionalBit = 0x10;
    internal const int ControlBit = 0x20;
    internal const int DeleteHorizonBit = 0x40;

    /// <summary>How the records are compressed. May be a number that no codec has.</summary>
    public CompressionCodec Codec => (CompressionCodec)(Bits & CodecBits);

    /// <summary>Whether the broker's append time stands for the timestamps of all records.</summary>
    public bool IsLogAppendTime => (Bits & LogAppendTimeBit) != 0;

    /// <summary>Whether the batch belongs to a transaction.</summary>
    public bool IsTransactional => (Bits & TransactionalBit) != 0;

    /// <summary>Whether it holds a control record, which no consumer is shown.</summary>
    public bool IsControl => (Bits & ControlBit) != 0;

    /// <summary>Whether the base timestamp is the time from which tombstones and markers may go (KIP-534).</summary>
    public bool HasDeleteHorizon => (Bits & DeleteHorizonBit) != 0;

    /// <summary>The same bits with another codec.</summary>
    public BatchAttributes With(CompressionCodec codec) => new((short)((Bits & ~CodecBits) | (int)codec));

    /// <summary>The same bits with another timestamp type.</summary>
    public BatchAttributes With(bool isLogAppendTime) =>
        new((short)((Bits & ~LogAppendTimeBit) | (isLogAppendTime ? LogAppendTimeBit : 0)));
}
