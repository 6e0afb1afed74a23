using Deterministic.Protocol.Compression;

namespace Deterministic.Protocol.Records;

/// <summary>What a new batch is to have in its header besides what follows from its records.</summary>
public readonly record struct BatchOptions()
{
    /// <summary>Offset of the first record.</summary>
    public long BaseOffset { get; init; }

    /// <summary>Leader epoch, or -1.</summary>
    public int PartitionLeaderEpoch { get; init; } = -1;

    /// <summary>Codec and level.</summary>
    public CompressionSetting Compression { get; init; }

    /// <summary>Producer id, or -1.</summary>
    public long ProducerId { get; init; } = -1;

    /// <summary>Producer epoch, or -1.</summary>
    public short ProducerEpoch { get; init; } = -1;

    /// <summary>Sequence of the first record, or -1.</summary>
    public int BaseSequence { get; init; } = -1;

    /// <summary>Whether the batch belongs to a transaction.</summary>
    public bool IsTransactional { get; init; }

    /// <summary>Whether it holds control records.</summary>
    public bool IsControl { get; init; }

    /// <summary>The append time that stands for all timestamps, or null for the times of the records.</summary>
    public long? AppendTimeMs { get; init; }

    internal short AttributeBits => (short)(
        (int)Compression.Codec
        | (AppendTimeMs.HasValue ? BatchAttributes.LogAppendTimeBit : 0)
        | (IsTransactional ? BatchAttributes.TransactionalBit : 0)
        | (IsControl ? BatchAttributes.ControlBit : 0));
}
