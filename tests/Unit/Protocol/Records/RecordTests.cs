using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;
using FsCheck.Xunit;

namespace Deterministic.Protocol.Tests.Records;

public class RecordTests
{
    private readonly BufferPool _pool = new();

    [Property(MaxTest = 300)]
    public bool What_is_built_is_read(int seed)
    {
        var random = new Random(seed);
        using var codecs = new BatchCodecs(_pool);
        var builder = new RecordBatchBuilder(codecs);
        builder.Begin(new BatchOptions { Compression = CompressionSetting.Of((CompressionCodec)random.Next(5)) });
        var expected = new List<string>();
        var offsetDelta = 0;
        for (var i = random.Next(30); i >= 0; i--)
        {
            var (key, value) = (AnyBlob(random), AnyBlob(random));
            var headers = Enumerable.Range(0, random.Next(4)).Select(_ => new RecordHeader(new Text(AnyBlob(random).Bytes), AnyBlob(random))).ToArray();
            var timestamp = AnyTimestamp(random);
            builder.Append(offsetDelta, timestamp, key, value, headers);
            expected.Add($"{offsetDelta} {timestamp} {Show(key)}={Show(value)}"
                + string.Concat(headers.Select(h => $" {Convert.ToHexString(h.Key.Utf8.Span)}:{Show(h.Value)}")));
            offsetDelta += 1 + (random.Next(3) == 0 ? random.Next(100_000) : 0);
        }

        var batch = builder.Build();
        return new RecordBatchView(batch.Span).IsCrcValid && expected.SequenceEqual(Batches.Show(batch.Span, codecs));
    }

    [Fact]
    public void Numbers_of_every_length_are_read_back()
    {
        Span<byte> bytes = stackalloc byte[Varint.LongBytesMax];
        for (var shift = 0; shift < 64; shift++)
        {
            foreach (var value in new[] { 1L << shift, -(1L << shift), (1L << shift) - 1, ~(1L << shift) })
            {
                var size = Varint.Write(bytes, value);
                var position = 0;
                Assert.Equal(Varint.SizeOf(value), size);
                Assert.True(Varint.TryRead(bytes[..size], ref position, out long back));
                Assert.Equal((value, size), (back, position));
                position = 0;
                Assert.False(Varint.TryRead(bytes[..(size - 1)], ref position, out back));
                CheckInt(bytes, (int)value);
            }
        }
    }

    [Fact]
    public void Cut_and_damaged_records_raise_only_the_typed_exception()
    {
        using var codecs = new BatchCodecs(_pool);
        var records = Batches.Of(codecs, CompressionCodec.None, 5).AsSpan(RecordBatchHeader.SizeBytes).ToArray();
        for (var length = 0; length < records.Length; length++)
        {
            Assert.Throws<InvalidRecordException>(() => Walk(records.AsSpan(0, length), 5));
        }

        var random = new Random(3);
        for (var round = 0; round < 5000; round++)
        {
            var damaged = records.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                Walk(damaged, 5);
            }
            catch (InvalidRecordException)
            {
                continue;
            }
        }

        Assert.Throws<InvalidRecordException>(() => Walk(records, 4));
        Assert.Throws<InvalidRecordException>(() => Walk(records, 6));
        Assert.Throws<InvalidRecordException>(() => Walk(records, -1));
    }

    [Fact]
    public void Walking_batches_and_records_allocates_nothing()
    {
        using var codecs = new BatchCodecs(_pool);
        var batch = Batches.Of(codecs, CompressionCodec.None, 200);
        byte[] log = [.. batch, .. batch];
        var records = 0;
        var allocated = 0L;
        for (var round = 0; round < 50; round++)
        {
            var start = GC.GetAllocatedBytesForCurrentThread();
            records = 0;
            foreach (var view in new RecordBatchReader(log))
            {
                foreach (var record in view.Records)
                {
                    records += record.IsKeyNull ? 0 : 1;
                }
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - start;
        }

        Assert.Equal(400, records);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_range_of_bytes_ends_at_a_partial_or_malformed_batch()
    {
        using var codecs = new BatchCodecs(_pool);
        var batch = Batches.Of(codecs, CompressionCodec.None, 2);
        for (var cut = 0; cut < batch.Length; cut++)
        {
            byte[] log = [.. batch, .. batch.AsSpan(0, cut)];
            var reader = new RecordBatchReader(log);
            Assert.True(reader.MoveNext());
            Assert.False(reader.MoveNext());
            Assert.Equal(batch.Length, reader.WholeBytes);
            Assert.Equal(cut == 0 ? BatchPresence.End : BatchPresence.Partial, reader.Next);
        }

        Assert.Equal(BatchPresence.Malformed, new RecordBatchReader(new byte[100]).Next);
        batch[RecordBatchHeader.MagicPosition] = 1;
        Assert.Equal(BatchPresence.Malformed, new RecordBatchReader(batch).Next);
    }

    [Fact]
    public void Transaction_markers_are_the_bytes_that_kafka_writes()
    {
        var builder = new RecordBatchBuilder();
        ControlRecords.BuildMarker(builder, ControlRecordType.Commit, 7, 2, coordinatorEpoch: 5, Batches.Time);
        var batch = new RecordBatchView(builder.Build().Span);
        Assert.True(batch.Header.Attributes is { IsControl: true, IsTransactional: true });
        foreach (var record in batch.Records)
        {
            Assert.Equal("00000001", Convert.ToHexString(record.Key));
            Assert.Equal("000000000005", Convert.ToHexString(record.Value));
            Assert.True(ControlRecords.TryReadType(record.Key, out var type));
            Assert.Equal(ControlRecordType.Commit, type);
            Assert.Equal(5, ControlRecords.ReadCoordinatorEpoch(record.Value));
        }
    }

    [Fact]
    public void Other_control_records_are_the_bytes_that_kafka_writes()
    {
        var change = new LeaderChangeMessage { Version = 1, LeaderId = 1 };
        change.Voters.Add(new() { VoterId = 1 });
        change.GrantingVoters.Add(new() { VoterId = 1 });
        var value = ControlRecords.ValueOf(ref change, 1);
        Assert.Equal("0001000000010200000001" + new string('0', 32) + "000200000001" + new string('0', 32) + "0000", Convert.ToHexString(value.Bytes.Span));
        Assert.Equal(1, ControlRecords.ReadValue<LeaderChangeMessage>(value.Bytes).Voters[0].VoterId);
        Assert.Equal("00000006", Convert.ToHexString(ControlRecords.KeyOf(ControlRecordType.KRaftVoters).Bytes.Span));
    }

    private static void CheckInt(Span<byte> bytes, int value)
    {
        var size = Varint.Write(bytes, value);
        var position = 0;
        Assert.Equal(Varint.SizeOf(value), size);
        Assert.True(Varint.TryRead(bytes[..size], ref position, out int back));
        Assert.Equal((value, size), (back, position));
    }

    private static void Walk(ReadOnlySpan<byte> records, int count)
    {
        foreach (var record in new RecordReader(records, count))
        {
            foreach (var header in record.Headers)
            {
                _ = header.Key.Length;
            }
        }
    }

    private static Blob AnyBlob(Random random)
    {
        if (random.Next(4) == 0)
        {
            return random.Next(2) == 0 ? Blob.Null : Blob.Empty;
        }

        var bytes = new byte[random.Next(random.Next(4) == 0 ? 9000 : 80)];
        random.NextBytes(bytes);
        return new Blob(bytes);
    }

    private static long AnyTimestamp(Random random) => random.Next(5) switch
    {
        0 => -1,
        1 => 0,
        2 => random.NextInt64(),
        _ => Batches.Time + random.Next(-5000, 5000),
    };

    private static string Show(Blob blob) => blob.IsNull ? "null" : Convert.ToHexString(blob.Bytes.Span);
}
