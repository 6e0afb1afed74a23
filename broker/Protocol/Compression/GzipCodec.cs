using System.IO.Compression;
using Deterministic.Protocol.Records;

namespace Deterministic.Protocol.Compression;

/// <summary>
/// gzip (RFC 1952), one or more members. The library takes a stream that is cut off for one that ends, so a member with a
/// mark is put behind each: a stream that is whole ends with the mark, any other swallows or never reaches it.
/// </summary>
internal static class GzipCodec
{
    private const int ChunkBytes = 32 * 1024;
    private static readonly byte[] s_markMember = BuildMarkMember();

    private static ReadOnlySpan<byte> Mark => "whole at its end"u8;

    private static ReadOnlySpan<byte> EmptyMember => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    internal static unsafe void Decompress(ReadOnlySpan<byte> source, ref CodecOutput output)
    {
        if (source.IsEmpty)
        {
            throw new InvalidRecordException("zero bytes are no gzip stream");
        }

        var start = output.Length;
        fixed (byte* bytes = source)
        {
            using var members = new GzipSource(bytes, source.Length, s_markMember);
            using var gzip = new GZipStream(members, CompressionMode.Decompress);
            try
            {
                Read(gzip, ref output);
            }
            catch (InvalidDataException cause)
            {
                throw new InvalidRecordException($"the records are no gzip stream: {cause.Message}");
            }
        }

        if (!output.Written[start..].EndsWith(Mark))
        {
            throw new InvalidRecordException("the gzip stream of the records is cut off, or something stands behind it");
        }

        output.Advance(-Mark.Length);
    }

    internal static unsafe void Compress(ReadOnlySpan<byte> source, int level, ref CodecOutput output)
    {
        if (source.IsEmpty)
        {
            // The library writes nothing at all for nothing.
            EmptyMember.CopyTo(output.Reserve(EmptyMember.Length));
            output.Advance(EmptyMember.Length);
            return;
        }

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

    private static void Read(GZipStream gzip, ref CodecOutput output)
    {
        int read;
        do
        {
            read = gzip.Read(output.Reserve(Math.Clamp(output.Room(), 1, ChunkBytes)));
            output.Advance(read);
        }
        while (read > 0);
    }

    private static byte[] BuildMarkMember()
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Mark);
        }

        return member.ToArray();
    }
}
