using System.Globalization;
using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Tests.Wire;

/// <summary>Notes name, type, nullability, tag and default of each field that a message walks.</summary>
public readonly ref struct SchemaWire(short version, bool isFlexible, int tag = -1) : IWire
{
    private readonly List<SchemaField> _fields = [];

    public IReadOnlyList<SchemaField> Fields => _fields;

    public short Version => version;

    public bool Has(short since, short until = short.MaxValue) => version >= since && version <= until;

    public void Bool(ref bool value, string name = "") => Add(name, "bool", value ? "true" : "false");

    public void Int8(ref sbyte value, string name = "") => Add(name, "int8", Show(value));

    public void Int16(ref short value, string name = "") => Add(name, "int16", Show(value));

    public void UInt16(ref ushort value, string name = "") => Add(name, "uint16", Show(value));

    public void Int32(ref int value, string name = "") => Add(name, "int32", Show(value));

    public void Int64(ref long value, string name = "") => Add(name, "int64", Show(value));

    public void Float64(ref double value, string name = "") => Add(name, "float64", value.ToString(CultureInfo.InvariantCulture));

    public void Uuid(ref Uuid value, string name = "") => Add(name, "uuid", value.IsZero ? "" : value.ToString());

    public void String(ref Text value, short nullableSince = IWire.Never, string name = "") =>
        Add(name, "string", value.AsString() ?? "null", nullableSince);

    public void ClassicString(ref Text value, short nullableSince = IWire.Never, string name = "") =>
        Add(name, isFlexible ? "string (classic)" : "string", value.AsString() ?? "null", nullableSince);

    public void Bytes(ref Blob value, short nullableSince = IWire.Never, string name = "") =>
        Add(name, "bytes", value.IsNull ? "null" : "", nullableSince);

    public void Records(ref RecordData value, short nullableSince = IWire.Never, string name = "") =>
        Add(name, "records", value.IsNull ? "null" : "", nullableSince);

    public void Struct<T>(ref T value, string name = "")
        where T : struct, IMessage => Add(name, "struct", "", IWire.Never, Describe<T>());

    public void TaggedStruct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage => Struct(ref value, nullableSince, name);

    public void Struct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage => Add(name, "struct", value.HasValue ? "" : "null", nullableSince, Describe<T>());

    public void Array<T>(ref Seq<T> value, short nullableSince = IWire.Never, string name = "")
        where T : struct, IMessage => Add(name, "[]struct", value.IsNull ? "null" : "", nullableSince, Describe<T>());

    public void Array(ref Seq<sbyte> value, short nullableSince = IWire.Never, string name = "") =>
        Add(name, "[]int8", value.IsNull ? "null" : "", nullableSince);

    public void Array(ref Seq<short> value, short nullableSince = IWire.Never, string name = "") =>
        Add(name, "[]int16", value.IsNull ? "null" : "", nullableSince);

    public void Array(ref Seq<int> value, short nullableSince = IWire.Never, string name = "") =>
        Add(name, "[]int32", value.IsNull ? "null" : "", nullableSince);

    public void Array(ref Seq<long> value, short nullableSince = IWire.Never, string name = "") =>
        Add(name, "[]int64", value.IsNull ? "null" : "", nullableSince);

    public void Array(ref Seq<Text> value, short nullableSince = IWire.Never, string name = "") =>
        Add(name, "[]string", value.IsNull ? "null" : "", nullableSince);

    public void Array(ref Seq<Uuid> value, short nullableSince = IWire.Never, string name = "") =>
        Add(name, "[]uuid", value.IsNull ? "null" : "", nullableSince);

    public void Tags<T>(ref T self)
        where T : struct, IMessage
    {
        for (var number = 0; isFlexible && number < self.TagCount; number++)
        {
            if (self.HasTag(number, version))
            {
                Assert.True(self.IsTagDefault(number), $"tag {number} of a new {typeof(T).Name} is not at its default");
                var wire = new SchemaWire(version, isFlexible, number);
                self.WalkTag(ref wire, number);
                _fields.AddRange(wire.Fields);
            }
        }
    }

    private static string Show(long value) => value.ToString(CultureInfo.InvariantCulture);

    private IReadOnlyList<SchemaField> Describe<T>()
        where T : struct, IMessage
    {
        var wire = new SchemaWire(version, isFlexible);
        new T().Walk(ref wire);
        return wire.Fields;
    }

    private void Add(string name, string type, string value, short nullableSince = IWire.Never, IReadOnlyList<SchemaField>? fields = null) =>
        _fields.Add(new SchemaField(char.ToLowerInvariant(name[0]) + name[1..], type, version >= nullableSince, tag, value, fields ?? []));
}
