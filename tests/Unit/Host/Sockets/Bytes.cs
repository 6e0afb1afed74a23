using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Tests.Sockets;

/// <summary>Bytes to send, and loops that read all that is expected.</summary>
internal static class Bytes
{
    internal static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        var state = (uint)seed * 2654435761u;
        for (var i = 0; i < length; i++)
        {
            state = (state * 1664525u) + 1013904223u;
            bytes[i] = (byte)(state >> 24);
        }

        return bytes;
    }

    internal static async Task<byte[]> ReadExactly(Stream stream, int length)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    internal static async Task<byte[]> ReceiveExactly(INetworkStream stream, int length)
    {
        var bytes = new byte[length];
        var done = 0;
        while (done < length)
        {
            var count = await stream.ReceiveAsync(bytes.AsMemory(done));
            Assert.NotEqual(0, count);
            done += count;
        }

        return bytes;
    }
}
