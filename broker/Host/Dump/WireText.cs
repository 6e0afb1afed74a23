using System.Text;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Dump;

/// <summary>A codec that writes a message as JSON text for people. Lives for one message.</summary>
internal struct WireText(StringBuilder output, short version) : IWire
{
    private bool _isFirst = true;

    /// <inheritdoc/>
    public readonly short Version => version;

    /// <summary>The fields of a message in braces.</summary>
    public static string Of<T>(ref T message, short version)
        where T : struct, IMessage
    {
        var output = new StringBuilder("{");
        var wire = new WireText(output, version);
        message.Walk(ref wire);
        return output.Append('}').ToString();
    }

    /// <inheritdoc/>
    public readonly bool Has(short since, short until = short.MaxValue) => version >= since && version <= until;

    /// <inheritdoc/>
    public void Bool(ref bool value, string name = "") => Field(name).Append(value ? "true" : "false");

    /// <inheritdoc/>
    public void Int8(ref sbyte value, string name = "") => Field(name).Append(value);

    /// <inheritdoc/>
    public void Int16(ref short value, string name = "") => Field(name).Append(value);

    /// <inheritdoc/>
    public void UInt16(ref ushort value, string name = "") => Field(name).Append(value);

    /// <inheritdoc/>
    public void Int32(ref int value, string name = "") => Field(name).Append(value);

    /// <inheritdoc/>
    public void Int64(ref long value, string name = "") => Field(name).Append(value);

    /// <inheritdoc/>
    public void Float64(ref double value, string name = "") => Field(name).Append(value);

    /// <inheritdoc/>
    public void Uuid(ref Uuid value, string name = "") => Quote(Field(name), value.ToString());

    /// <inheritdoc/>
    public void String(ref Text value, short nullableSince = IWire.Never, string name = "") => Quote(Field(name), value.AsString());

    /// <inheritdoc/>
    public void ClassicString(ref Text value, short nullableSince = IWire.Never, string name = "") => String(ref value, nullableSince, name);

    /// <inheritdoc/>
    public void Bytes(ref Blob value, short nullableSince = IWire.Never, string name = "") =>
        Quote(Field(name), value.IsNull ? null : Convert.ToBase64String(value.Bytes.Span));

    /// <inheritdoc/>
    public void Records(ref RecordData value, short nullableSince = IWire.Never, string name = "") =>
        Field(name).Append(value.SizeBytes);

    /// <inheritdoc/>
    public void Struct<T>(ref T value, string name = "")
        where T : struct, IMessage => Field(name).Append(Of(ref value, version));

    /// <inheritdoc/>
    public void TaggedStruct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage => Struct(ref value, nullableSince, name);

    /// <inheritdoc/>
    public void Struct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage => Field(name).Append(value.HasValue ? Of(ref value.Value, version) : "null");

    /// <inheritdoc/>
    public void Array<T>(ref Seq<T> value, short nullableSince = IWire.Never, string name = "")
        where T : struct, IMessage
    {
        var items = new List<string>();
        foreach (ref var item in value)
        {
            items.Add(Of(ref item, version));
        }

        Items(name, value.IsNull, items);
    }

    /// <inheritdoc/>
    public void Array(ref Seq<sbyte> value, short nullableSince = IWire.Never, string name = "") => Items(name, value.IsNull, value.ToArray());

    /// <inheritdoc/>
    public void Array(ref Seq<short> value, short nullableSince = IWire.Never, string name = "") => Items(name, value.IsNull, value.ToArray());

    /// <inheritdoc/>
    public void Array(ref Seq<int> value, short nullableSince = IWire.Never, string name = "") => Items(name, value.IsNull, value.ToArray());

    /// <inheritdoc/>
    public void Array(ref Seq<long> value, short nullableSince = IWire.Never, string name = "") => Items(name, value.IsNull, value.ToArray());

    /// <inheritdoc/>
    public void Array(ref Seq<Text> value, short nullableSince = IWire.Never, string name = "") =>
        Items(name, value.IsNull, System.Array.ConvertAll(value.ToArray(), text => Quote(new StringBuilder(), text.AsString()).ToString()));

    /// <inheritdoc/>
    public void Array(ref Seq<Uuid> value, short nullableSince = IWire.Never, string name = "") =>
        Items(name, value.IsNull, System.Array.ConvertAll(value.ToArray(), id => $"\"{id}\""));

    /// <inheritdoc/>
    public void Tags<T>(ref T self)
        where T : struct, IMessage
    {
        for (var tag = 0; tag < self.TagCount; tag++)
        {
            if (self.HasTag(tag, version) && !self.IsTagDefault(tag))
            {
                self.WalkTag(ref this, tag);
            }
        }
    }

    private void Items<T>(string name, bool isNull, IEnumerable<T> items) =>
        Field(name).Append(isNull ? "null" : $"[{string.Join(',', items)}]");

    private StringBuilder Field(string name)
    {
        if (!_isFirst)
        {
            output.Append(',');
        }

        _isFirst = false;
        var plain = name[(name.LastIndexOf('.') + 1)..];
        return output.Append('"').Append(char.ToLowerInvariant(plain[0])).Append(plain, 1, plain.Length - 1).Append("\":");
    }

    private static StringBuilder Quote(StringBuilder text, string? value) =>
        value is null ? text.Append("null") : text.Append('"').Append(System.Text.Json.JsonEncodedText.Encode(value)).Append('"');
}
