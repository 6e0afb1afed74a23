namespace Deterministic.Host.Dump;

/// <summary>What <c>log dump</c> is asked to show.</summary>
internal sealed record DumpOptions
{
    /// <summary>Each record, not only each batch.</summary>
    public bool DeepIteration { get; init; }

    /// <summary>Keys and values too.</summary>
    public bool PrintData { get; init; }

    /// <summary>Records are those of <c>__consumer_offsets</c>.</summary>
    public bool DecodeOffsets { get; init; }

    /// <summary>Records are those of <c>__transaction_state</c>.</summary>
    public bool DecodeTransactions { get; init; }

    /// <summary>Records are those of <c>__cluster_metadata</c>.</summary>
    public bool DecodeMetadata { get; init; }

    /// <summary>How keys are shown where no decoder of internal topics is asked for.</summary>
    public ValueDecoder KeyDecoder { get; init; }

    /// <summary>How values are shown where no decoder of internal topics is asked for.</summary>
    public ValueDecoder ValueDecoder { get; init; }

    /// <summary>Keys and values alone.</summary>
    public bool SkipRecordMetadata { get; init; }

    /// <summary>A larger batch ends the reading of a file.</summary>
    public int BatchBytesMax { get; init; } = int.MaxValue;

    /// <summary>Bytes of a log file to read.</summary>
    public long BytesMax { get; init; } = long.MaxValue;
}
