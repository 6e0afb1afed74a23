using System.Text.Json.Nodes;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>Walks a message at its defaults and notes its fields: so requests are generated from the one description that a message has.</summary>
internal struct SchemaWire(short version, bool isFlexible, List<Field> fields) : IWire
{
    private int _tag = -1;

    public readonly short Version => version;

    public readonly bool Has(short since, short until = short.MaxValue) => version >= since && version <= until;

    public readonly void Bool(ref bool value, string name = "") => Add(name, FieldKind.Bool, value);

    public readonly void Int8(ref sbyte value, string name = "") => Add(name, FieldKind.Int8, value);

    public readonly void Int16(ref short value, string name = "") => Add(name, FieldKind.Int16, value);

    public readonly void UInt16(ref ushort value, string name = "") => Add(name, FieldKind.UInt16, value);

    public readonly void Int32(ref int value, string name = "") => Add(name, FieldKind.Int32, value);

    public readonly void Int64(ref long value, string name = "") => Add(name, FieldKind.Int64, value);

    public readonly void Float64(ref double value, string name = "") => Add(name, FieldKind.Float64, value);

    public readonly void Uuid(ref Uuid value, string name = "") => Add(name, FieldKind.Uuid, value.ToString());

    public readonly void String(ref Text value, short nullableSince = IWire.Never, string name = "") =>
        Add(new Field(NameOf(name), FieldKind.String, version >= nullableSince) { Default = value.AsString(), IsNullByDefault = value.IsNull });

    public readonly void ClassicString(ref Text value, short nullableSince = IWire.Never, string name = "") =>
        throw new NotSupportedException("only the header has classic strings");

    public readonly void Bytes(ref Blob value, short nullableSince = IWire.Never, string name = "") =>
        Add(new Field(NameOf(name), FieldKind.Bytes, version >= nullableSince) { Default = "", IsNullByDefault = value.IsNull });

    public readonly void Records(ref RecordData value, short nullableSince = IWire.Never, string name = "") =>
        Add(new Field(NameOf(name), FieldKind.Records, version >= nullableSince) { Default = "", IsNullByDefault = value.IsNull });

    public readonly void Struct<T>(ref T value, string name = "")
        where T : struct, IMessage => Add(StructOf<T>(name, isNullable: false));

    public readonly void Struct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage => Add(StructOf<T>(name, isNullable: true) with { IsNullByDefault = !value.HasValue });

    public readonly void TaggedStruct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage => Add(StructOf<T>(name, isNullable: true) with { IsNullByDefault = !value.HasValue, IsTaggedStruct = true });

    public readonly void Array<T>(ref Seq<T> value, short nullableSince = IWire.Never, string name = "")
        where T : struct, IMessage => AddArray(name, nullableSince, value.IsNull, StructOf<T>("item", isNullable: false));

    public readonly void Array(ref Seq<sbyte> value, short nullableSince = IWire.Never, string name = "") => AddArray(name, nullableSince, value.IsNull, FieldKind.Int8);

    public readonly void Array(ref Seq<short> value, short nullableSince = IWire.Never, string name = "") => AddArray(name, nullableSince, value.IsNull, FieldKind.Int16);

    public readonly void Array(ref Seq<int> value, short nullableSince = IWire.Never, string name = "") => AddArray(name, nullableSince, value.IsNull, FieldKind.Int32);

    public readonly void Array(ref Seq<long> value, short nullableSince = IWire.Never, string name = "") => AddArray(name, nullableSince, value.IsNull, FieldKind.Int64);

    public readonly void Array(ref Seq<Text> value, short nullableSince = IWire.Never, string name = "") => AddArray(name, nullableSince, value.IsNull, FieldKind.String);

    public readonly void Array(ref Seq<Uuid> value, short nullableSince = IWire.Never, string name = "") => AddArray(name, nullableSince, value.IsNull, FieldKind.Uuid);

    public readonly void Tags<T>(ref T self)
        where T : struct, IMessage
    {
        for (var tag = 0; isFlexible && tag < self.TagCount; tag++)
        {
            if (self.HasTag(tag, version))
            {
                var wire = this with { _tag = tag };
                self.WalkTag(ref wire, tag);
            }
        }
    }

    private readonly Field StructOf<T>(string name, bool isNullable)
        where T : struct, IMessage => new(NameOf(name), FieldKind.Struct, isNullable) { Fields = MessageSchema.FieldsOf<T>(version, isFlexible) };

    private readonly void AddArray(string name, short nullableSince, bool isNull, FieldKind item) =>
        AddArray(name, nullableSince, isNull, new Field("item", item, IsNullable: false));

    private readonly void AddArray(string name, short nullableSince, bool isNull, Field item) =>
        Add(new Field(NameOf(name), FieldKind.Array, version >= nullableSince) { Item = item, IsNullByDefault = isNull });

    private readonly void Add(string name, FieldKind kind, JsonNode? value) => Add(new Field(NameOf(name), kind, IsNullable: false) { Default = value });

    private readonly void Add(Field field) => fields.Add(field with { Tag = _tag });

    private static string NameOf(string field) => string.Concat(field[..1].ToLowerInvariant(), field.AsSpan(1));
}
