using Deterministic.Protocol.Records;

namespace Deterministic.Protocol.Compression;

/// <summary>
/// A codec and its level, as the configs <c>compression.type</c> and <c>compression.CODEC.level</c> give them: gzip -1 or
/// 1 to 9, LZ4 1 to 17, zstd -131072 to 22. The others have no level.
/// </summary>
public readonly record struct CompressionSetting(CompressionCodec Codec, int Level)
{
    /// <summary>A codec at the level that Kafka has for default.</summary>
    public static CompressionSetting Of(CompressionCodec codec) => new(codec, DefaultLevelOf(codec));

    /// <summary>The level that Kafka has for default: gzip -1, LZ4 9, zstd 3.</summary>
    public static int DefaultLevelOf(CompressionCodec codec) => codec switch
    {
        CompressionCodec.Gzip => -1,
        CompressionCodec.Lz4 => 9,
        CompressionCodec.Zstd => 3,
        _ => 0,
    };
}
