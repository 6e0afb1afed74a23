using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Tests.Wire;

/// <summary>Whatever the bytes are, reading ends in a message or in one kind of exception, and allocates in proportion.</summary>
public class HostileInputTests
{
    private const int Seed = 20260;
    private const int BytesPerByte = 300;
    private const int BytesPerFailure = 16 * 1024;

    [Fact]
    public void Every_cut_of_every_vector_is_malformed()
    {
        foreach (var vector in Vector.All)
        {
            for (var length = 0; length < vector.Bytes.Length; length++)
            {
                Assert.True(IsMalformed(vector.Type, vector.Version, vector.Bytes.AsMemory(0, length)), $"{vector} cut at {length}");
            }
        }
    }

    [Fact]
    public void Flipped_bytes_do_no_harm()
    {
        var random = new Random(Seed);
        foreach (var vector in Vector.All.Where(vector => vector.Bytes.Length > 0))
        {
            for (var round = 0; round < 30; round++)
            {
                var bytes = vector.Bytes.ToArray();
                for (var flips = 1 + (round % 4); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)0xff : (byte)random.Next(256);
                }

                _ = IsMalformed(vector.Type, vector.Version, bytes);
            }
        }
    }

    [Fact]
    public void Random_bytes_do_no_harm()
    {
        var random = new Random(Seed);
        foreach (var type in MessageType.All)
        {
            for (var round = 0; round < 300; round++)
            {
                var bytes = new byte[random.Next(400)];
                random.NextBytes(bytes);
                bytes.AsSpan(0, Math.Min(bytes.Length, random.Next(16))).Clear();
                _ = IsMalformed(type, (short)random.Next(type.First, type.Last + 1), bytes);
            }
        }
    }

    [Fact]
    public void A_stated_count_of_two_billion_allocates_nothing()
    {
        byte[] bytes = [0xff, 0xff, 0, 1, 0, 0, 5, 0xdc, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0];
        Assert.True(IsMalformed(MessageType.Of("ProduceRequest"), 3, bytes));
    }

    private static bool IsMalformed(MessageType type, short version, ReadOnlyMemory<byte> bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isMalformed = false;
        try
        {
            type.Decode(bytes, version);
        }
        catch (MalformedMessageException)
        {
            isMalformed = true;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(
            allocated <= (BytesPerByte * (long)bytes.Length) + BytesPerFailure,
            $"{type.Name} v{version} allocated {allocated} bytes for {Convert.ToHexStringLower(bytes.Span)}");
        return isMalformed;
    }
}
