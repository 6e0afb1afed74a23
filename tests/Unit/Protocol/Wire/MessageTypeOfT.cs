using System.Text;
using System.Text.Json;
using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Tests.Wire;

/// <summary>A message of type <typeparamref name="T"/>.</summary>
public sealed class MessageType<T>(string name, short first, short last, short flexibleSince)
    : MessageType(name, first, last, flexibleSince)
    where T : struct, IMessage
{
    public override (string Json, byte[] Bytes, int Read) Reencode(ReadOnlyMemory<byte> bytes, short version)
    {
        var message = new T();
        var reader = new WireReader(bytes, version, IsFlexible(version));
        message.Walk(ref reader);
        return (Print(ref message, version), Encode(ref message, version), reader.Position);
    }

    public override void Decode(ReadOnlyMemory<byte> bytes, short version)
    {
        var message = new T();
        var reader = new WireReader(bytes, version, IsFlexible(version));
        message.Walk(ref reader);
    }

    public override byte[] ReencodeAfter(ReadOnlyMemory<byte> first, short firstVersion, ReadOnlyMemory<byte> second, short secondVersion)
    {
        var message = new T();
        var reader = new WireReader(first, firstVersion, IsFlexible(firstVersion));
        message.Walk(ref reader);
        MessageReuse.Renew(ref message);
        reader = new WireReader(second, secondVersion, IsFlexible(secondVersion));
        message.Walk(ref reader);
        return Encode(ref message, secondVersion);
    }

    public override byte[] FromJson(JsonElement values, short version)
    {
        var message = new T();
        var wire = new JsonSourceWire(values, version, IsFlexible(version));
        message.Walk(ref wire);
        return Encode(ref message, version);
    }

    public override byte[] EncodeNew(short version)
    {
        var message = new T();
        return Encode(ref message, version);
    }

    public override IReadOnlyList<SchemaField> Describe(short version)
    {
        var message = new T();
        var wire = new SchemaWire(version, IsFlexible(version));
        message.Walk(ref wire);
        return wire.Fields;
    }

    private string Print(ref T message, short version)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            JsonWire.Write(json, ref message, version, IsFlexible(version));
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private byte[] Encode(ref T message, short version)
    {
        var sizer = new WireSizer(version, IsFlexible(version));
        message.Walk(ref sizer);
        var bytes = new byte[sizer.SizeBytes];
        var writer = new WireWriter(bytes, version, IsFlexible(version));
        message.Walk(ref writer);
        Assert.Equal(bytes.Length, writer.Position);
        return bytes;
    }
}
