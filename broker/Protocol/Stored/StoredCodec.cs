using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored;

/// <summary>Bodies of stored messages, without the frame that each kind of log puts in front of them.</summary>
public static class StoredCodec
{
    /// <summary>The bytes of <paramref name="message"/> in <paramref name="version"/>, behind <paramref name="prefixBytes"/> free bytes for the frame.</summary>
    public static byte[] Encode<T>(ref T message, short version, int prefixBytes = 0)
        where T : struct, IStoredMessage
    {
        var isFlexible = version >= T.Info.FlexibleSince;
        var sizer = new WireSizer(version, isFlexible);
        message.Walk(ref sizer);
        var bytes = new byte[prefixBytes + sizer.SizeBytes];
        var writer = new WireWriter(bytes.AsSpan(prefixBytes), version, isFlexible);
        message.Walk(ref writer);
        return bytes;
    }

    /// <summary>Reads a body; <paramref name="read"/> is the number of bytes it took.</summary>
    /// <exception cref="MalformedMessageException">The version is unknown or the bytes are not that message.</exception>
    public static T Decode<T>(ReadOnlyMemory<byte> bytes, short version, out int read)
        where T : struct, IStoredMessage
    {
        if (version < T.Info.First || version > T.Info.Last)
        {
            throw new MalformedMessageException(
                $"{typeof(T).Name} has version {version}; this broker reads {T.Info.First} to {T.Info.Last}");
        }

        var message = new T();
        var reader = new WireReader(bytes, version, version >= T.Info.FlexibleSince);
        message.Walk(ref reader);
        read = reader.Position;
        return message;
    }

    /// <summary>Reads a body that fills <paramref name="bytes"/>.</summary>
    public static T Decode<T>(ReadOnlyMemory<byte> bytes, short version)
        where T : struct, IStoredMessage => Decode<T>(bytes, version, out _);
}
