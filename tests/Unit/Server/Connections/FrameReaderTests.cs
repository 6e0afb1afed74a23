using System.Buffers.Binary;
using Deterministic.Kernel.Memory;
using Deterministic.Server.Connections;
using Deterministic.Tests.Shared;
using FsCheck.Xunit;

namespace Deterministic.Server.Tests.Connections;

/// <summary>Frames out of a byte stream, however it is cut.</summary>
public sealed class FrameReaderTests
{
    private const int FrameBytesMax = 2 * 1024 * 1024;

    [Property(MaxTest = 60)]
    public void Frames_are_the_same_however_the_stream_is_cut(ulong seed)
    {
        var random = new SeededRandom(seed);
        var pool = new BufferPool();
        var frames = Enumerable.Range(0, 1 + random.Next(20)).Select(_ => NewFrame(random)).ToArray();
        var stream = frames.SelectMany(Framed).ToArray();
        var reader = new FrameReader(pool, FrameBytesMax);
        var taken = new List<(RequestFrame Frame, byte[] Expected)>();
        for (var sent = 0; sent < stream.Length;)
        {
            var room = reader.Room();
            Assert.True(room.Length > 0, $"seed {seed}: no room");
            var count = Math.Min(Math.Min(room.Length, stream.Length - sent), 1 + random.Next(random.Next(4) == 0 ? 5 : 100_000));
            stream.AsSpan(sent, count).CopyTo(room.Span);
            reader.OnReceived(count);
            sent += count;
            while (reader.TryTake(out var frame))
            {
                taken.Add((frame, frames[taken.Count]));
            }

            reader.ReleaseIfEmpty();
        }

        // Compared at the end: later bytes must not have overwritten earlier frames.
        Assert.Equal(frames.Length, taken.Count);
        Assert.All(taken, pair => Assert.True(pair.Frame.Bytes.Span.SequenceEqual(pair.Expected), $"seed {seed}"));
        taken.ForEach(pair => pair.Frame.Buffer.Release());
        reader.Release();
        Assert.Equal(0, pool.RentedBytes);
    }

    [Fact]
    public void An_impossible_length_ends_the_reading()
    {
        var pool = new BufferPool();
        var reader = new FrameReader(pool, FrameBytesMax);
        var room = reader.Room();
        BinaryPrimitives.WriteInt32BigEndian(room.Span, FrameBytesMax + 1);
        reader.OnReceived(4);
        Assert.False(reader.TryTake(out _));
        Assert.Contains("socket.request.max.bytes", reader.Failure, StringComparison.Ordinal);
        Assert.False(reader.TryTake(out _));
    }

    private static byte[] NewFrame(SeededRandom random)
    {
        var frame = new byte[1 + random.Next(random.Next(5) switch { 0 => 10, 1 => 5_000, 2 => 40_000, 3 => 300_000, _ => 200 })];
        random.Fill(frame);
        return frame;
    }

    private static byte[] Framed(byte[] frame)
    {
        var bytes = new byte[4 + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Length);
        frame.CopyTo(bytes, 4);
        return bytes;
    }
}
