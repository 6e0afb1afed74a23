using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;

namespace Deterministic.Protocol.Tests.Compression;

public sealed class BatchCodecsTests : IDisposable
{
    private readonly BufferPool _pool = new();
    private readonly BatchCodecs _codecs;

    public BatchCodecsTests()
    {
        _codecs = new BatchCodecs(_pool);
    }

    public static TheoryData<CompressionCodec, int> CodecsAndSizes()
    {
        var data = new TheoryData<CompressionCodec, int>();
        foreach (var codec in Enum.GetValues<CompressionCodec>())
        {
            foreach (var size in new[] { 0, 1, 13, 4096, 32_768, 65_536, 65_537, 1_000_000, 5_000_000 })
            {
                data.Add(codec, size);
            }
        }

        return data;
    }

    public static TheoryData<CompressionCodec> Codecs() =>
        [CompressionCodec.Gzip, CompressionCodec.Snappy, CompressionCodec.Lz4, CompressionCodec.Zstd];

    public void Dispose()
    {
        _codecs.Dispose();
        Assert.Equal(0, _pool.RentedBytes);
    }

    [Theory]
    [MemberData(nameof(CodecsAndSizes))]
    public void What_is_compressed_comes_back(CompressionCodec codec, int size)
    {
        var noise = new byte[size];
        new Random(size).NextBytes(noise);
        var text = new byte[size];
        for (var i = 0; i < size; i++)
        {
            text[i] = (byte)('a' + (i * i % 31 % 7));
        }

        foreach (var content in new[] { noise, text, new byte[size] })
        {
            Assert.Equal(content, RoundTrip(CompressionSetting.Of(codec), content));
        }
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip, 1)]
    [InlineData(CompressionCodec.Gzip, 9)]
    [InlineData(CompressionCodec.Lz4, 1)]
    [InlineData(CompressionCodec.Lz4, 12)]
    [InlineData(CompressionCodec.Lz4, 17)]
    [InlineData(CompressionCodec.Zstd, -131072)]
    [InlineData(CompressionCodec.Zstd, 1)]
    [InlineData(CompressionCodec.Zstd, 22)]
    public void Every_level_comes_back(CompressionCodec codec, int level)
    {
        var content = new byte[100_000];
        for (var i = 0; i < content.Length; i++)
        {
            content[i] = (byte)(i % 251 * (i / 1000));
        }

        Assert.Equal(content, RoundTrip(new CompressionSetting(codec, level), content));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void A_prefix_is_left_free(CompressionCodec codec)
    {
        var compressed = _codecs.Compress(CompressionSetting.Of(codec), "records"u8, prefixBytes: 61);
        var back = _codecs.Decompress(codec, compressed.Span[61..]);
        Assert.Equal("records"u8.ToArray(), back.Span.ToArray());
        back.Release();
        compressed.Release();
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Every_cut_of_a_stream_is_refused_or_gives_no_more_than_the_whole(CompressionCodec codec)
    {
        var content = new byte[300];
        new Random(7).NextBytes(content);
        var compressed = _codecs.Compress(CompressionSetting.Of(codec), content);
        for (var cut = 0; cut < compressed.Length; cut++)
        {
            var refused = TryDecompress(codec, compressed.Span[..cut], out var back);
            Assert.True(refused || (codec == CompressionCodec.Snappy && content.AsSpan().StartsWith(back)), $"cut at {cut}");
        }

        compressed.Release();
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Garbage_is_refused_with_the_typed_exception(CompressionCodec codec)
    {
        var random = new Random(11);
        var compressed = _codecs.Compress(CompressionSetting.Of(codec), new byte[2000]);
        for (var round = 0; round < 3000; round++)
        {
            var garbage = round % 2 == 0 ? compressed.Span.ToArray() : new byte[random.Next(200)];
            for (var flips = round % 2 == 0 ? 1 + (round % 5) : garbage.Length; flips > 0; flips--)
            {
                garbage[random.Next(garbage.Length)] = (byte)random.Next(256);
            }

            _ = TryDecompress(codec, garbage, out _);
        }

        compressed.Release();
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void More_than_the_limit_is_refused(CompressionCodec codec)
    {
        using var small = new BatchCodecs(_pool, decompressedBytesMax: 100_000);
        var fits = _codecs.Compress(CompressionSetting.Of(codec), new byte[90_000]);
        var bomb = _codecs.Compress(CompressionSetting.Of(codec), new byte[10_000_000]);
        small.Decompress(codec, fits.Span).Release();
        var rented = _pool.RentedBytes;
        var refusal = Assert.Throws<InvalidRecordException>(() => small.Decompress(codec, bomb.Span));
        Assert.Equal(ErrorCode.MessageTooLarge, refusal.Code);
        Assert.Equal(rented, _pool.RentedBytes);
        fits.Release();
        bomb.Release();
    }

    [Fact]
    public void Bare_snappy_is_read()
    {
        var content = "the quick brown fox the quick brown fox"u8.ToArray();
        var back = _codecs.Decompress(CompressionCodec.Snappy, Snappier.Snappy.CompressToArray(content));
        Assert.Equal(content, back.Span.ToArray());
        back.Release();
    }

    [Fact]
    public void Unknown_codecs_are_refused()
    {
        foreach (var number in new[] { 5, 6, 7 })
        {
            var refusal = Assert.Throws<InvalidRecordException>(() => _codecs.Decompress((CompressionCodec)number, [1, 2, 3]));
            Assert.Equal(ErrorCode.UnsupportedCompressionType, refusal.Code);
        }
    }

    private byte[] RoundTrip(CompressionSetting setting, byte[] content)
    {
        var compressed = _codecs.Compress(setting, content);
        var back = _codecs.Decompress(setting.Codec, compressed.Span);
        var copy = back.Span.ToArray();
        back.Release();
        compressed.Release();
        return copy;
    }

    private bool TryDecompress(CompressionCodec codec, ReadOnlySpan<byte> bytes, out byte[] content)
    {
        content = [];
        try
        {
            var back = _codecs.Decompress(codec, bytes);
            content = back.Span.ToArray();
            back.Release();
            return false;
        }
        catch (InvalidRecordException)
        {
            return true;
        }
    }
}
