namespace Deterministic.Protocol.Records;

/// <summary>The codec numbers of the batch attributes.</summary>
public enum CompressionCodec
{
    /// <summary>Records stand as they are.</summary>
    None = 0,

    /// <summary>RFC 1952.</summary>
    Gzip = 1,

    /// <summary>Snappy in xerial framing.</summary>
    Snappy = 2,

    /// <summary>The LZ4 frame format.</summary>
    Lz4 = 3,

    /// <summary>Zstandard (KIP-110).</summary>
    Zstd = 4,
}
