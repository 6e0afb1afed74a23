using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Deterministic.Host.Commands;

namespace Deterministic.Host.Dump;

/// <summary>Keys and values as texts, by the decoders that kafka-dump-log names by their Java classes. Stateless.</summary>
internal static class ValueText
{
    /// <summary>The names of the decoders.</summary>
    internal const string Known = "String, Long, Integer, Double or Bytes, also as Java class names (org.apache.kafka.tools.api.LongDecoder)";

    /// <summary>The decoder of a name, String when there is none.</summary>
    internal static ValueDecoder Parse(string option, string? name) =>
        name?[(name.LastIndexOf('.') + 1)..].Replace("Decoder", "", StringComparison.Ordinal).ToUpperInvariant() switch
        {
            null or "STRING" => ValueDecoder.String,
            "LONG" => ValueDecoder.Long,
            "INTEGER" => ValueDecoder.Integer,
            "DOUBLE" => ValueDecoder.Double,
            "BYTES" or "DEFAULT" => ValueDecoder.Bytes,
            _ => throw new CommandException($"{option} {name}: it must be {Known}"),
        };

    /// <summary>The text; bytes of another length than the decoder's are shown in hexadecimal digits.</summary>
    internal static string Of(ValueDecoder decoder, ReadOnlySpan<byte> bytes) => (decoder, bytes.Length) switch
    {
        (ValueDecoder.String, _) => Encoding.UTF8.GetString(bytes),
        (ValueDecoder.Long, sizeof(long)) => BinaryPrimitives.ReadInt64BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
        (ValueDecoder.Integer, sizeof(int)) => BinaryPrimitives.ReadInt32BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
        (ValueDecoder.Double, sizeof(double)) => BinaryPrimitives.ReadDoubleBigEndian(bytes).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToHexStringLower(bytes),
    };
}
