using System.Text.Json;
using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Tests.Wire;

/// <summary>Fills a message from the values of a vector: ids and bytes in hex, unknown tags under <c>_unknownTags</c>.</summary>
public readonly ref struct JsonSourceWire(JsonElement source, short version, bool isFlexible) : IWire
{
    public short Version => version;

    public bool Has(short since, short until = short.MaxValue) => version >= since && version <= until;

    public void Bool(ref bool value, string name = "") => value = Get(name).GetBoolean();

    public void Int8(ref sbyte value, string name = "") => value = Get(name).GetSByte();

    public void Int16(ref short value, string name = "") => value = Get(name).GetInt16();

    public void UInt16(ref ushort value, string name = "") => value = Get(name).GetUInt16();

    public void Int32(ref int value, string name = "") => value = Get(name).GetInt32();

    public void Int64(ref long value, string name = "") => value = Get(name).GetInt64();

    public void Float64(ref double value, string name = "") => value = Get(name).GetDouble();

    public void Uuid(ref Uuid value, string name = "") => value = UuidOf(Get(name));

    public void String(ref Text value, short nullableSince = IWire.Never, string name = "") => value = Get(name).GetString();

    public void ClassicString(ref Text value, short nullableSince = IWire.Never, string name = "") => value = Get(name).GetString();

    public void Bytes(ref Blob value, short nullableSince = IWire.Never, string name = "") =>
        value = Get(name).GetString() is { } hex ? new Blob(Convert.FromHexString(hex)) : Blob.Null;

    public void Records(ref RecordData value, short nullableSince = IWire.Never, string name = "") =>
        value = Get(name).GetString() is { } hex ? new RecordData(Convert.FromHexString(hex)) : RecordData.Null;

    public void Struct<T>(ref T value, string name = "")
        where T : struct, IMessage => Fill(ref value, Get(name));

    public void TaggedStruct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage => Struct(ref value, nullableSince, name);

    public void Struct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage
    {
        value = default;
        if (Get(name).ValueKind != JsonValueKind.Null)
        {
            value = new T();
            Fill(ref value.Value, Get(name));
        }
    }

    public void Array<T>(ref Seq<T> value, short nullableSince = IWire.Never, string name = "")
        where T : struct, IMessage
    {
        value = Get(name).ValueKind == JsonValueKind.Null ? Seq<T>.Null : default;
        foreach (var item in Items(name))
        {
            value.Add(new T());
            Fill(ref value[value.Count - 1], item);
        }
    }

    public void Array(ref Seq<sbyte> value, short nullableSince = IWire.Never, string name = "") => Fill(ref value, name, item => item.GetSByte());

    public void Array(ref Seq<short> value, short nullableSince = IWire.Never, string name = "") => Fill(ref value, name, item => item.GetInt16());

    public void Array(ref Seq<int> value, short nullableSince = IWire.Never, string name = "") => Fill(ref value, name, item => item.GetInt32());

    public void Array(ref Seq<long> value, short nullableSince = IWire.Never, string name = "") => Fill(ref value, name, item => item.GetInt64());

    public void Array(ref Seq<Text> value, short nullableSince = IWire.Never, string name = "") => Fill(ref value, name, item => (Text)item.GetString());

    public void Array(ref Seq<Uuid> value, short nullableSince = IWire.Never, string name = "") => Fill(ref value, name, UuidOf);

    public void Tags<T>(ref T self)
        where T : struct, IMessage
    {
        var wire = this;
        for (var tag = 0; isFlexible && tag < self.TagCount; tag++)
        {
            if (self.HasTag(tag, version))
            {
                self.WalkTag(ref wire, tag);
            }
        }

        if (source.TryGetProperty("_unknownTags", out var unknown))
        {
            self.UnknownTags = new UnknownTags();
            foreach (var field in unknown.EnumerateObject())
            {
                self.UnknownTags.Fields.Add((int.Parse(field.Name), Convert.FromHexString(field.Value.GetString()!)));
            }
        }
    }

    private static Uuid UuidOf(JsonElement hex) => Protocol.Uuid.Read(Convert.FromHexString(hex.GetString()!));

    private JsonElement Get(string name) => source.GetProperty(char.ToLowerInvariant(name[0]) + name[1..]);

    private List<JsonElement> Items(string name) =>
        Get(name).ValueKind == JsonValueKind.Null ? [] : [.. Get(name).EnumerateArray()];

    private void Fill<T>(ref T value, JsonElement item)
        where T : struct, IMessage
    {
        var wire = new JsonSourceWire(item, version, isFlexible);
        value.Walk(ref wire);
    }

    private void Fill<T>(ref Seq<T> value, string name, Func<JsonElement, T> convert)
    {
        value = Get(name).ValueKind == JsonValueKind.Null ? Seq<T>.Null : default;
        foreach (var item in Items(name))
        {
            value.Add(convert(item));
        }
    }
}
