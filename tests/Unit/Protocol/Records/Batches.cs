using System.Text;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Tests.Records;

/// <summary>Batches for tests.</summary>
internal static class Batches
{
    public const long Time = 1_700_000_000_000;

    public static Blob Bytes(string? text) => text is null ? Blob.Null : new Blob(Encoding.UTF8.GetBytes(text));

    /// <summary>A batch of records with keys and values, a millisecond apart.</summary>
    public static byte[] Of(BatchCodecs codecs, CompressionCodec codec, int count, int valueBytes = 20)
    {
        var builder = new RecordBatchBuilder(codecs);
        builder.Begin(new BatchOptions { Compression = CompressionSetting.Of(codec) });
        for (var i = 0; i < count; i++)
        {
            builder.Append(Time + i, Bytes($"key-{i}"), new Blob(new byte[valueBytes]));
        }

        return builder.BuildArray();
    }

    /// <summary>The records as text, to compare.</summary>
    public static List<string> Show(ReadOnlySpan<byte> batch, BatchCodecs codecs)
    {
        using var opened = OpenedBatch.Open(new RecordBatchView(batch), codecs);
        var shown = new List<string>();
        foreach (var record in opened.Records)
        {
            var key = record.IsKeyNull ? "null" : Convert.ToHexString(record.Key);
            var value = record.IsValueNull ? "null" : Convert.ToHexString(record.Value);
            var text = new StringBuilder($"{record.OffsetDelta} {opened.Batch.Header.BaseTimestamp + record.TimestampDelta} {key}={value}");
            foreach (var header in record.Headers)
            {
                text.Append($" {Convert.ToHexString(header.Key)}:{(header.IsValueNull ? "null" : Convert.ToHexString(header.Value))}");
            }

            shown.Add(text.ToString());
        }

        return shown;
    }
}
