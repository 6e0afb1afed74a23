using System.Globalization;
using System.Text.Json;

namespace Deterministic.Protocol.Wire;

/// <summary>
/// Prints a message as JSON with the field names of Kafka's schemas: bytes in hex, ids in Kafka's base64, tagged fields
/// behind the others, unknown ones under <c>_unknownTags</c>. For log dumps and debugging. Lives for one message.
/// </summary>
public readonly ref struct JsonWire : IWire
{
    private readonly Utf8JsonWriter _json;
    private readonly bool _isFlexible;

    private JsonWire(Utf8JsonWriter json, short version, bool isFlexible)
    {
        _json = json;
        _isFlexible = isFlexible;
        Version = version;
    }

    /// <inheritdoc/>
    public short Version { get; }

    /// <summary>Writes a message as one JSON object.</summary>
    public static void Write<T>(Utf8JsonWriter json, ref T message, short version, bool isFlexible)
        where T : struct, IMessage
    {
        var wire = new JsonWire(json, version, isFlexible);
        json.WriteStartObject();
        message.Walk(ref wire);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public bool Has(short since, short until = short.MaxValue) => Version >= since && Version <= until;

    /// <inheritdoc/>
    public void Bool(ref bool value, string name = "") => _json.WriteBoolean(NameOf(name), value);

    /// <inheritdoc/>
    public void Int8(ref sbyte value, string name = "") => _json.WriteNumber(NameOf(name), value);

    /// <inheritdoc/>
    public void Int16(ref short value, string name = "") => _json.WriteNumber(NameOf(name), value);

    /// <inheritdoc/>
    public void UInt16(ref ushort value, string name = "") => _json.WriteNumber(NameOf(name), value);

    /// <inheritdoc/>
    public void Int32(ref int value, string name = "") => _json.WriteNumber(NameOf(name), value);

    /// <inheritdoc/>
    public void Int64(ref long value, string name = "") => _json.WriteNumber(NameOf(name), value);

    /// <inheritdoc/>
    public void Float64(ref double value, string name = "")
    {
        // JSON has no infinities and no NaN.
        if (double.IsFinite(value))
        {
            _json.WriteNumber(NameOf(name), value);
        }
        else
        {
            _json.WriteString(NameOf(name), value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <inheritdoc/>
    public void Uuid(ref Uuid value, string name = "") => _json.WriteString(NameOf(name), value.ToString());

    /// <inheritdoc/>
    public void String(ref Text value, short nullableSince = IWire.Never, string name = "") =>
        _json.WriteString(NameOf(name), value.AsString());

    /// <inheritdoc/>
    public void ClassicString(ref Text value, short nullableSince = IWire.Never, string name = "") =>
        _json.WriteString(NameOf(name), value.AsString());

    /// <inheritdoc/>
    public void Bytes(ref Blob value, short nullableSince = IWire.Never, string name = "") =>
        _json.WriteString(NameOf(name), value.IsNull ? null : Convert.ToHexStringLower(value.Bytes.Span));

    /// <inheritdoc/>
    public void Records(ref RecordData value, short nullableSince = IWire.Never, string name = "")
    {
        if (value.Ranges.IsEmpty)
        {
            _json.WriteString(NameOf(name), value.IsNull ? null : Convert.ToHexStringLower(value.Bytes.Span));
        }
        else
        {
            _json.WriteString(NameOf(name), $"{value.SizeBytes} bytes in {value.Ranges.Length} files");
        }
    }

    /// <inheritdoc/>
    public void Struct<T>(ref T value, string name = "")
        where T : struct, IMessage
    {
        _json.WritePropertyName(NameOf(name));
        Write(_json, ref value, Version, _isFlexible);
    }

    /// <inheritdoc/>
    public void TaggedStruct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage => Struct(ref value, nullableSince, name);

    /// <inheritdoc/>
    public void Struct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage
    {
        if (value.HasValue)
        {
            Struct(ref value.Value, name);
        }
        else
        {
            _json.WriteNull(NameOf(name));
        }
    }

    /// <inheritdoc/>
    public void Array<T>(ref Seq<T> value, short nullableSince = IWire.Never, string name = "")
        where T : struct, IMessage
    {
        if (Begin(in value, name))
        {
            foreach (ref var item in value)
            {
                Write(_json, ref item, Version, _isFlexible);
            }

            _json.WriteEndArray();
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<sbyte> value, short nullableSince = IWire.Never, string name = "") =>
        Items(in value, name, static (json, item) => json.WriteNumberValue(item));

    /// <inheritdoc/>
    public void Array(ref Seq<short> value, short nullableSince = IWire.Never, string name = "") =>
        Items(in value, name, static (json, item) => json.WriteNumberValue(item));

    /// <inheritdoc/>
    public void Array(ref Seq<int> value, short nullableSince = IWire.Never, string name = "") =>
        Items(in value, name, static (json, item) => json.WriteNumberValue(item));

    /// <inheritdoc/>
    public void Array(ref Seq<long> value, short nullableSince = IWire.Never, string name = "") =>
        Items(in value, name, static (json, item) => json.WriteNumberValue(item));

    /// <inheritdoc/>
    public void Array(ref Seq<Text> value, short nullableSince = IWire.Never, string name = "") =>
        Items(in value, name, static (json, item) => json.WriteStringValue(item.AsString()));

    /// <inheritdoc/>
    public void Array(ref Seq<Uuid> value, short nullableSince = IWire.Never, string name = "") =>
        Items(in value, name, static (json, item) => json.WriteStringValue(item.ToString()));

    /// <inheritdoc/>
    public void Tags<T>(ref T self)
        where T : struct, IMessage
    {
        if (!_isFlexible)
        {
            return;
        }

        var wire = this;
        for (var tag = 0; tag < TagSection.TagsOf<T>(); tag++)
        {
            if (self.HasTag(tag, Version))
            {
                self.WalkTag(ref wire, tag);
            }
        }

        if (self.UnknownTags is { Fields.Count: > 0 } unknown)
        {
            _json.WriteStartObject("_unknownTags");
            foreach (var (tag, bytes) in unknown.Fields)
            {
                _json.WriteString(tag.ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(bytes.Span));
            }

            _json.WriteEndObject();
        }
    }

    private static string NameOf(string field) => string.Concat(field[..1].ToLowerInvariant(), field.AsSpan(1));

    private bool Begin<T>(in Seq<T> value, string name)
    {
        if (value.IsNull)
        {
            _json.WriteNull(NameOf(name));
            return false;
        }

        _json.WriteStartArray(NameOf(name));
        return true;
    }

    private void Items<T>(in Seq<T> value, string name, Action<Utf8JsonWriter, T> write)
    {
        if (Begin(in value, name))
        {
            foreach (ref var item in value)
            {
                write(_json, item);
            }

            _json.WriteEndArray();
        }
    }
}
