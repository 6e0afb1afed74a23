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

    /// <summary>Bytes of a log file to read.</summary>
    public long BytesMax { get; init; } = long.MaxValue;
}
