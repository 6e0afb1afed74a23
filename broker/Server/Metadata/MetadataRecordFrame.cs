using Deterministic.Kernel;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Metadata;

/// <summary>The frame of a metadata record's value: three unsigned varints (frame version, record type, record version) and then the body. Stateless.</summary>
public static class MetadataRecordFrame
{
    /// <summary>The only frame version there is.</summary>
    public const int FrameVersion = 1;

    // Frame version, type and version are below 128 in every record there is: one byte each.
    private const int PrefixBytes = 3;
    private const int VarintBytesMax = 5;
    private const int OneByteMax = 127;

    /// <summary>The value that holds <paramref name="record"/> in <paramref name="version"/>.</summary>
    public static byte[] Encode<T>(ref T record, short version)
        where T : struct, IStoredMessage
    {
        Check.That(
            version >= T.Info.First && version <= T.Info.Last && T.Info.Type is >= 0 and <= OneByteMax,
            $"{typeof(T).Name} cannot be written in version {version}");
        var bytes = StoredCodec.Encode(ref record, version, PrefixBytes);
        bytes[0] = FrameVersion;
        bytes[1] = (byte)T.Info.Type;
        bytes[2] = (byte)version;
        return bytes;
    }

    /// <summary>Splits a value into type, version and body.</summary>
    /// <exception cref="MalformedMessageException">It does not begin as a metadata record does.</exception>
    public static (short Type, short Version, ReadOnlyMemory<byte> Body) Decode(ReadOnlyMemory<byte> value)
    {
        var position = 0;
        var frameVersion = ReadVarint(value.Span, ref position);
        if (frameVersion != FrameVersion)
        {
            throw new MalformedMessageException(
                $"metadata record has frame version {frameVersion}; this broker reads {FrameVersion}");
        }

        var type = ReadVarint(value.Span, ref position);
        var version = ReadVarint(value.Span, ref position);
        if (type > (uint)short.MaxValue || version > (uint)short.MaxValue)
        {
            throw new MalformedMessageException($"metadata record has type {type} and version {version}: no such record");
        }

        return ((short)type, (short)version, value[position..]);
    }

    private static uint ReadVarint(ReadOnlySpan<byte> bytes, ref int position)
    {
        var value = 0u;
        for (var i = 0; i < VarintBytesMax; i++)
        {
            if (position >= bytes.Length)
            {
                throw new MalformedMessageException("metadata record ends within its frame");
            }

            var b = bytes[position++];
            value |= (uint)(b & 0x7f) << (7 * i);
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new MalformedMessageException("metadata record has a varint of more than five bytes in its frame");
    }
}
