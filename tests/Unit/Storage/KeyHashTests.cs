using System.Buffers.Binary;

namespace Deterministic.Storage.Tests;

public class KeyHashTests
{
    /// <summary>From the vectors of the reference implementation: the secret is 00 01 .. 0f, the key as many bytes of 00 01 02 ..</summary>
    [Theory]
    [InlineData(0, "a3817f04ba25a8e66df67214c7550293")]
    [InlineData(1, "da87c1d86b99af44347659119b22fc45")]
    [InlineData(2, "8177228da4a45dc7fca38bdef60affe4")]
    [InlineData(8, "3b62a9ba6258f5610f83e264f31497b4")]
    public void It_is_SipHash_2_4_of_128_bits(int keyBytes, string expected)
    {
        var hash = new KeyHash(0x0706050403020100, 0x0f0e0d0c0b0a0908);
        var found = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(found, hash.Of(Enumerable.Range(0, keyBytes).Select(i => (byte)i).ToArray()));
        Assert.Equal(expected, Convert.ToHexStringLower(found));
    }
}
