using System.Buffers.Binary;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Tests.Records;

public sealed class BatchValidatorTests : IDisposable
{
    private const long Now = Batches.Time + 1000;
    private const short Version = 13;
    private static readonly TopicPartition s_partition = new("orders", 3);

    private readonly BufferPool _pool = new();
    private readonly BatchCodecs _codecs;
    private readonly BatchValidator _validator;

    public BatchValidatorTests()
    {
        _codecs = new BatchCodecs(_pool);
        _validator = new BatchValidator(_codecs);
    }

    public void Dispose()
    {
        _codecs.Dispose();
        Assert.Equal(0, _pool.RentedBytes);
    }

    [Fact]
    public void A_good_batch_is_stored_as_it_came_and_nothing_is_allocated()
    {
        var batch = Batches.Of(_codecs, CompressionCodec.None, 500);
        var before = batch.ToArray();
        var rules = new BatchRules();
        long allocated = 0;
        for (var round = 0; round < 50; round++)
        {
            var start = GC.GetAllocatedBytesForCurrentThread();
            var result = _validator.Validate(batch, rules, s_partition, Now, Version);
            allocated = GC.GetAllocatedBytesForCurrentThread() - start;
            Assert.Equal(ErrorCode.None, result.Error);
            Assert.Equal(500, result.RecordCount);
            Assert.Equal(Batches.Time + 499, result.MaxTimestamp);
            Assert.Equal(499, result.MaxTimestampOffsetDelta);
        }

        Assert.Equal(before, batch);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Every_codec_is_kept_or_changed_as_the_topic_says()
    {
        foreach (var source in Enum.GetValues<CompressionCodec>())
        {
            foreach (var target in Enum.GetValues<CompressionCodec>())
            {
                var batch = Batches.Of(_codecs, source, 30);
                var expected = Batches.Show(batch, _codecs);
                var rules = new BatchRules { Compression = CompressionSetting.Of(target) };
                var result = _validator.Validate(batch, rules, s_partition, Now, Version);
                Assert.Equal(ErrorCode.None, result.Error);
                Assert.Equal(target, result.Header.Attributes.Codec);
                Assert.Equal(source != target, result.Rebuilt is not null);
                Assert.True(new RecordBatchView(result.Batch.Span).IsCrcValid);
                Assert.Equal(expected, Batches.Show(result.Batch.Span, _codecs));
                Assert.Equal(Batches.Time + 29, result.Header.MaxTimestamp);
                result.Release();
            }
        }
    }

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Zstd)]
    public void Append_time_replaces_the_timestamps_and_the_checksum_follows(CompressionCodec codec)
    {
        var batch = Batches.Of(_codecs, codec, 300);
        var result = _validator.Validate(batch, new BatchRules { IsLogAppendTime = true }, s_partition, Now, Version);
        Assert.True(result.IsValid && result.IsLogAppendTime);
        Assert.True(result.Header.Attributes.IsLogAppendTime);
        Assert.Equal(Now, result.Header.MaxTimestamp);
        Assert.Equal(Now, result.MaxTimestamp);
        Assert.True(new RecordBatchView(result.Batch.Span).IsCrcValid);
    }

    [Fact]
    public void A_wrong_greatest_timestamp_is_corrected()
    {
        var batch = Batches.Of(_codecs, CompressionCodec.Gzip, 3);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(35), 5);
        RecordBatchView.SealCrc(batch);
        var result = _validator.Validate(batch, new BatchRules(), s_partition, Now, Version);
        Assert.Equal(Batches.Time + 2, result.Header.MaxTimestamp);
        Assert.True(new RecordBatchView(result.Batch.Span).IsCrcValid);
    }

    [Fact]
    public void Offsets_in_a_compressed_batch_are_made_consecutive()
    {
        var builder = new RecordBatchBuilder(_codecs);
        builder.Begin(new BatchOptions { Compression = CompressionSetting.Of(CompressionCodec.Lz4) });
        builder.Append(0, Batches.Time, Batches.Bytes("a"), Batches.Bytes("1"), []);
        builder.Append(3, Batches.Time + 7, Blob.Null, Blob.Null, [new RecordHeader("h", Blob.Null)]);
        var batch = builder.BuildArray();
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(23), 1);
        RecordBatchView.SealCrc(batch);
        var result = _validator.Validate(batch, new BatchRules(), s_partition, Now, Version);
        Assert.Equal(ErrorCode.None, result.Error);
        var shown = Batches.Show(result.Batch.Span, _codecs);
        Assert.Equal(["0 1700000000000 61=31", "1 1700000000007 null=null 68:null"], shown);
        Assert.Equal(1, result.MaxTimestampOffsetDelta);
        result.Release();
    }

    [Fact]
    public void A_batch_that_is_too_large_after_it_was_uncompressed_is_refused()
    {
        var batch = Batches.Of(_codecs, CompressionCodec.Zstd, 10, valueBytes: 10_000);
        var rules = new BatchRules { Compression = CompressionSetting.Of(CompressionCodec.None), MaxMessageBytes = 50_000 };
        Assert.True(batch.Length < 2000);
        Assert.Equal(ErrorCode.MessageTooLarge, _validator.Validate(batch, rules, s_partition, Now, Version).Error);
    }

    [Fact]
    public void The_size_limit_counts_the_whole_batch()
    {
        var batch = Batches.Of(_codecs, CompressionCodec.None, 10);
        Assert.True(Validate(batch, new BatchRules { MaxMessageBytes = batch.Length }).IsValid);
        Assert.Equal(ErrorCode.MessageTooLarge, Validate(batch, new BatchRules { MaxMessageBytes = batch.Length - 1 }).Error);
    }

    [Fact]
    public void Zstd_needs_produce_version_7()
    {
        var batch = Batches.Of(_codecs, CompressionCodec.Zstd, 1);
        Assert.Equal(ErrorCode.UnsupportedCompressionType, _validator.Validate(batch, new BatchRules(), s_partition, Now, 6).Error);
        Assert.True(_validator.Validate(batch, new BatchRules(), s_partition, Now, 7).IsValid);
    }

    [Fact]
    public void Timestamps_are_taken_up_to_the_bounds_and_one_record_blames_only_itself()
    {
        var rules = new BatchRules { TimestampBeforeMaxMs = 1000, TimestampAfterMaxMs = 0 };
        Assert.True(Validate(Batches.Of(_codecs, CompressionCodec.None, 1001), rules).IsValid);
        var late = Validate(Batches.Of(_codecs, CompressionCodec.None, 1003), rules);
        Assert.Equal(ErrorCode.InvalidTimestamp, late.Error);
        Assert.Equal([1001, 1002], late.RecordErrors.Select(error => error.BatchIndex));
    }

    [Fact]
    public void No_more_records_are_blamed_than_the_limit_allows_but_all_are_counted()
    {
        var builder = new RecordBatchBuilder();
        builder.Begin(new BatchOptions());
        for (var i = 0; i < 1234; i++)
        {
            builder.Append(Batches.Time, Blob.Null, Blob.Empty);
        }

        var result = Validate(builder.BuildArray(), new BatchRules { IsCompacted = true });
        Assert.Equal(ErrorCode.InvalidRecord, result.Error);
        Assert.Equal(BatchValidator.RecordErrorsMax, result.RecordErrors.Count);
        Assert.Contains("due to 1234 record errors in total", result.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_batches_with_a_right_checksum_are_refused_or_readable()
    {
        var random = new Random(99);
        foreach (var codec in Enum.GetValues<CompressionCodec>())
        {
            var good = Batches.Of(_codecs, codec, 12);
            for (var round = 0; round < 1500; round++)
            {
                var batch = good.ToArray();
                batch[RecordBatchHeader.CrcCoveragePosition + random.Next(batch.Length - RecordBatchHeader.CrcCoveragePosition)] = (byte)random.Next(256);
                RecordBatchView.SealCrc(batch);
                var result = Validate(batch, new BatchRules());
                if (result.IsValid)
                {
                    Assert.Equal(result.RecordCount, Batches.Show(result.Batch.Span, _codecs).Count);
                }

                result.Release();
            }
        }
    }

    private BatchValidation Validate(byte[] batch, BatchRules rules) =>
        _validator.Validate(batch, rules, s_partition, Now, Version);
}
