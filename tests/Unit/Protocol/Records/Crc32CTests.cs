using System.Text;
using Deterministic.Protocol.Records;

namespace Deterministic.Protocol.Tests.Records;

public class Crc32CTests
{
    [Fact]
    public void The_published_vectors_hold()
    {
        // RFC 3720, appendix B.4, and the check value of the CRC catalogue.
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute([.. Enumerable.Repeat((byte)0xff, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0x113FDB5Cu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))]));
        Assert.Equal(0u, Crc32C.Compute([]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(767)]
    [InlineData(768)]
    [InlineData(769)]
    [InlineData(12_287)]
    [InlineData(12_288)]
    [InlineData(12_289)]
    [InlineData(100_003)]
    public void Interleaved_streams_give_what_one_bit_at_a_time_gives(int length)
    {
        var bytes = Noise(length);
        Assert.Equal(BitByBit(bytes), Crc32C.Compute(bytes));
        Assert.Equal(BitByBit(bytes.AsSpan(1)), Crc32C.Compute(bytes.AsSpan(1)));
    }

    [Fact]
    public void Pieces_give_what_the_whole_gives()
    {
        var bytes = Noise(40_000);
        for (var cut = 0; cut <= bytes.Length; cut += 1_777)
        {
            Assert.Equal(Crc32C.Compute(bytes), Crc32C.Append(Crc32C.Compute(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(70_001)]
    public void Replacing_the_front_gives_what_computing_anew_gives(int bytesBehind)
    {
        var bytes = Noise(22 + bytesBehind);
        var crc = Crc32C.Compute(bytes);
        var before = Crc32C.Compute(bytes.AsSpan(0, 22));
        bytes[0] ^= 0x18;
        bytes[20] ^= 0xff;
        var after = Crc32C.Compute(bytes.AsSpan(0, 22));
        Assert.Equal(Crc32C.Compute(bytes), Crc32C.Replace(crc, before, after, bytesBehind));
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        return ~crc;
    }
}
