using System.IO.Compression;
using Deterministic.Protocol.Records;

namespace Deterministic.Protocol.Compression;

/// <summary>gzip (RFC 1952), one or more members.</summary>
internal static class GzipCodec
{
    private const int ChunkBytes = 32 * 1024;
    private const int BytesMin = 18;

    internal static unsafe void Decompress(ReadOnlySpan<byte> source, ref CodecOutput output)
    {
        if (source.Length < BytesMin)
        {
            throw new InvalidRecordException($"{source.Length} bytes are no gzip stream; the shortest has {BytesMin}");
        }

        Span<byte> beyond = stackalloc byte[1];
        fixed (byte* start = source)
        {
            using var memory = new UnmanagedMemoryStream(start, source.Length);
            using var gzip = new GZipStream(memory, CompressionMode.Decompress);
            try
            {
                int read;
                do
                {
                    // At the limit there is room for nothing, so the end of the stream is looked for in another place.
                    var room = Math.Min(ChunkBytes, output.Room());
                    read = gzip.Read(room > 0 ? output.Reserve(room) : beyond);
                    _ = room > 0 ? default : output.Reserve(read);
                    output.Advance(read);
                }
                while (read > 0);
            }
            catch (InvalidDataException cause)
            {
                throw new InvalidRecordException($"the records are no gzip stream: {cause.Message}");
            }
        }
    }

    internal static unsafe void Compress(ReadOnlySpan<byte> source, int level, ref CodecOutput output)
    {
        // A deflate stream is at most stored blocks of 16 KiB with five bytes each, between header and trailer.
        var space = output.Reserve(checked(source.Length + (source.Length / 16384 * 5) + 64));
        fixed (byte* start = space)
        {
            using var memory = new UnmanagedMemoryStream(start, space.Length, space.Length, FileAccess.Write);
            using (var gzip = new GZipStream(memory, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
            {
                gzip.Write(source);
            }

            output.Advance((int)memory.Position);
        }
    }
}
