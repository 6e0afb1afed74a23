using System.Text;
using System.Text.Json;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Tests.Shared;

namespace Deterministic.Protocol.Tests.Records;

/// <summary>Log segments that Kafka wrote with each codec, and what its own reader found in them.</summary>
public class GoldenLogTests
{
    private readonly BufferPool _pool = new();

    [Fact]
    public void Segments_of_every_codec_hold_the_batches_and_records_that_kafka_reads()
    {
        using var codecs = new BatchCodecs(_pool);
        var expected = Golden.Lines("Protocol/codec-batches.jsonl.gz").GroupBy(FileOf).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var (file, bytes) in Segments())
        {
            var actual = new List<string>();
            var batches = new RecordBatchReader(bytes);
            while (batches.MoveNext())
            {
                actual.Add(Print(file, batches.Position, batches.Current, codecs));
            }

            Assert.Equal(BatchPresence.End, batches.Next);
            Assert.Equal(expected[file].Count, actual.Count);
            for (var i = 0; i < actual.Count; i++)
            {
                AssertSame(expected[file][i], actual[i]);
            }
        }

        Assert.Equal(0, _pool.RentedBytes);
    }

    [Fact]
    public void Batches_built_from_the_records_hold_the_same_records()
    {
        using var codecs = new BatchCodecs(_pool);
        var builder = new RecordBatchBuilder(codecs);
        foreach (var (file, bytes) in Segments())
        {
            foreach (var batch in new RecordBatchReader(bytes))
            {
                using var opened = OpenedBatch.Open(batch, codecs);
                var rebuilt = Rebuild(builder, opened);
                Assert.Equal(Print(file, 0, batch, codecs, isWhole: false), Print(file, 0, rebuilt, codecs, isWhole: false));
                Assert.True(rebuilt.IsCrcValid);
                Assert.Equal(batch.Header.RecordCount, rebuilt.Header.RecordCount);
                Assert.Equal(batch.Header.Attributes, rebuilt.Header.Attributes);

                // Codecs of other implementations find other matches, but uncompressed bytes are the same.
                if (batch.Header.Attributes.Codec == CompressionCodec.None)
                {
                    Assert.Equal(Convert.ToHexString(batch.Bytes), Convert.ToHexString(rebuilt.Bytes));
                }
            }
        }
    }

    private static RecordBatchView Rebuild(RecordBatchBuilder builder, in OpenedBatch opened)
    {
        var header = opened.Batch.Header;
        builder.Begin(new BatchOptions
        {
            BaseOffset = header.BaseOffset,
            PartitionLeaderEpoch = header.PartitionLeaderEpoch,
            Compression = CompressionSetting.Of(header.Attributes.Codec),
            ProducerId = header.ProducerId,
            ProducerEpoch = header.ProducerEpoch,
            BaseSequence = header.BaseSequence,
            IsTransactional = header.Attributes.IsTransactional,
            IsControl = header.Attributes.IsControl,
            AppendTimeMs = header.Attributes.IsLogAppendTime ? header.MaxTimestamp : null,
        });
        foreach (var record in opened.Records)
        {
            builder.Append(record.OffsetDelta, header.BaseTimestamp + record.TimestampDelta, record);
        }

        return new RecordBatchView(builder.Build().Span);
    }

    private static IEnumerable<(string File, byte[] Bytes)> Segments() =>
        Golden.Lines("Protocol/codec-logs.jsonl.gz").Select(line => JsonDocument.Parse(line).RootElement)
            .Select(line => (line.GetProperty("file").GetString()!, line.GetProperty("bytes").GetBytesFromBase64()));

    private static string FileOf(string line) => JsonDocument.Parse(line).RootElement.GetProperty("file").GetString()!;

    private static void AssertSame(string expected, string actual)
    {
        using var left = JsonDocument.Parse(expected);
        using var right = JsonDocument.Parse(actual);
        Assert.True(JsonElement.DeepEquals(left.RootElement, right.RootElement), $"expected {expected}\nbut got  {actual}");
    }

    private static string Print(string file, int position, RecordBatchView batch, BatchCodecs codecs, bool isWhole = true)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (isWhole)
            {
                PrintHeader(json, file, position, batch);
            }

            PrintRecords(json, batch, codecs);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void PrintHeader(Utf8JsonWriter json, string file, int position, RecordBatchView batch)
    {
        var header = batch.Header;
        json.WriteString("file", file);
        json.WriteNumber("position", position);
        json.WriteNumber("size", batch.Bytes.Length);
        json.WriteNumber("baseOffset", header.BaseOffset);
        json.WriteNumber("lastOffset", header.LastOffset);
        json.WriteNumber("count", header.RecordCount);
        json.WriteNumber("magic", header.Magic);
        json.WriteNumber("leaderEpoch", header.PartitionLeaderEpoch);
        json.WriteString("codec", header.Attributes.Codec.ToString().ToLowerInvariant());
        json.WriteString("timestampType", header.Attributes.IsLogAppendTime ? "LogAppendTime" : "CreateTime");
        json.WriteNumber("maxTimestamp", header.MaxTimestamp);
        json.WriteNull("deleteHorizonMs");
        json.WriteBoolean("transactional", header.Attributes.IsTransactional);
        json.WriteBoolean("control", header.Attributes.IsControl);
        json.WriteNumber("producerId", header.ProducerId);
        json.WriteNumber("producerEpoch", header.ProducerEpoch);
        json.WriteNumber("baseSequence", header.BaseSequence);
        json.WriteNumber("lastSequence", header.LastSequence);
        json.WriteNumber("crc", header.Crc);
        json.WriteBoolean("valid", batch.IsCrcValid);
    }

    private static void PrintRecords(Utf8JsonWriter json, RecordBatchView batch, BatchCodecs codecs)
    {
        var header = batch.Header;
        using var opened = OpenedBatch.Open(batch, codecs);
        json.WriteStartArray("records");
        foreach (var record in opened.Records)
        {
            json.WriteStartObject();
            json.WriteNumber("offset", header.BaseOffset + record.OffsetDelta);
            json.WriteNumber("timestamp", header.Attributes.IsLogAppendTime ? header.MaxTimestamp : header.BaseTimestamp + record.TimestampDelta);
            json.WriteNumber("sequence", header.BaseSequence < 0 ? -1 : RecordBatchHeader.SequenceAfter(header.BaseSequence, record.OffsetDelta));
            json.WriteString("key", record.IsKeyNull ? null : Convert.ToHexStringLower(record.Key));
            json.WriteString("value", record.IsValueNull ? null : Convert.ToHexStringLower(record.Value));
            PrintHeaders(json, record);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void PrintHeaders(Utf8JsonWriter json, in RecordView record)
    {
        if (record.HeaderCount == 0)
        {
            return;
        }

        json.WriteStartArray("headers");
        foreach (var header in record.Headers)
        {
            json.WriteStartArray();
            json.WriteStringValue(Convert.ToHexStringLower(header.Key));
            json.WriteStringValue(header.IsValueNull ? null : Convert.ToHexStringLower(header.Value));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
