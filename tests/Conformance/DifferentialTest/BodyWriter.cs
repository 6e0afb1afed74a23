using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Deterministic.Protocol;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>
/// Writes a request from JSON as its schema says, also what no client would write: null where none may stand, lengths that are
/// not true. Names that begin with $ are resolved for the peer that the bytes go to. Lives for one request.
/// </summary>
public sealed class BodyWriter(bool isFlexible, Func<string, JsonNode?> resolve)
{
    private readonly ByteSink _bytes = new();

    /// <summary>Field under this name: tags that nobody knows, number to hex.</summary>
    public const string UnknownTags = "_tags";

    /// <summary>A request with its header and size.</summary>
    public static byte[] Frame(ApiInfo api, short version, int correlationId, JsonObject body, Func<string, JsonNode?> resolve)
    {
        var writer = new BodyWriter(api.IsFlexible(version), resolve);
        writer.Int32(0);
        writer.Int16((short)api.Key);
        writer.Int16(version);
        writer.Int32(correlationId);
        writer.Int16(4);
        writer._bytes.Write("diff"u8);
        if (api.IsFlexible(version))
        {
            writer._bytes.WriteByte(0);
        }

        writer.Struct(MessageSchema.OfRequest(api, version), body);
        var frame = writer._bytes.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        return frame;
    }

    private void Struct(IReadOnlyList<Field> fields, JsonObject value)
    {
        foreach (var field in fields.Where(field => field.Tag < 0))
        {
            Value(field, Of(field, value));
        }

        if (!isFlexible)
        {
            return;
        }

        var tags = new SortedDictionary<int, byte[]>();
        foreach (var field in fields.Where(field => field.Tag >= 0 && value.ContainsKey(field.Name)))
        {
            var inner = new BodyWriter(isFlexible, resolve);
            inner.Value(field, value[field.Name]);
            tags[field.Tag] = inner._bytes.ToArray();
        }

        foreach (var (tag, hex) in value[UnknownTags] as JsonObject ?? [])
        {
            tags[int.Parse(tag, CultureInfo.InvariantCulture)] = Convert.FromHexString((string)hex!);
        }

        Varint((uint)tags.Count);
        foreach (var (tag, bytes) in tags)
        {
            Varint((uint)tag);
            Varint((uint)bytes.Length);
            _bytes.Write(bytes);
        }
    }

    private static JsonNode? Of(Field field, JsonObject value) =>
        value.TryGetPropertyValue(field.Name, out var given) ? given
        : field.IsNullByDefault && field.IsNullable ? null
        : field.Kind switch
        {
            FieldKind.Array => new JsonArray(),
            FieldKind.Struct => new JsonObject(),
            FieldKind.String or FieldKind.Bytes or FieldKind.Records => field.Default ?? "",
            _ => field.Default,
        };

    private void Value(Field field, JsonNode? value)
    {
        if (value is JsonValue text && text.TryGetValue<string>(out var name) && name.StartsWith('$'))
        {
            value = resolve(name);
        }

        switch (field.Kind)
        {
            case FieldKind.Bool:
                _bytes.WriteByte((byte)(value!.GetValueKind() == System.Text.Json.JsonValueKind.Number ? (int)value : (bool)value ? 1 : 0));
                break;
            case FieldKind.Int8:
                _bytes.WriteByte(unchecked((byte)Number(value)));
                break;
            case FieldKind.Int16 or FieldKind.UInt16:
                Int16(unchecked((short)Number(value)));
                break;
            case FieldKind.Int32:
                Int32(unchecked((int)Number(value)));
                break;
            case FieldKind.Int64:
                Int64(Number(value));
                break;
            case FieldKind.Float64:
                Int64(BitConverter.DoubleToInt64Bits((double)value!));
                break;
            case FieldKind.Uuid:
                Uuid((string?)value);
                break;
            case FieldKind.String:
                String((string?)value);
                break;
            case FieldKind.Bytes:
                Bytes(value is null ? null : Convert.FromHexString((string)value!));
                break;
            case FieldKind.Records:
                Bytes(value is null ? null : RecordsText.Parse((string)value!, resolve));
                break;
            case FieldKind.Struct:
                MaybeStruct(field, value as JsonObject);
                break;
            default:
                Array(field, value as JsonArray);
                break;
        }
    }

    private static long Number(JsonNode? value) => value is null ? 0 : value.GetValue<object>() switch
    {
        System.Text.Json.JsonElement element => element.GetInt64(),
        string text => long.Parse(text, CultureInfo.InvariantCulture),
        var number => Convert.ToInt64(number, CultureInfo.InvariantCulture),
    };

    private void MaybeStruct(Field field, JsonObject? value)
    {
        if (field.IsNullable)
        {
            _bytes.WriteByte(value is not null ? (byte)1 : field.IsTaggedStruct ? (byte)0 : (byte)0xff);
        }

        if (value is not null || !field.IsNullable)
        {
            Struct(field.Fields, value ?? []);
        }
    }

    private void Array(Field field, JsonArray? items)
    {
        if (isFlexible)
        {
            Varint((uint)((items?.Count ?? -1) + 1));
        }
        else
        {
            Int32(items?.Count ?? -1);
        }

        foreach (var item in items ?? [])
        {
            Value(field.Item!, item);
        }
    }

    private void String(string? value)
    {
        var bytes = value is null ? null : Encoding.UTF8.GetBytes(value);
        if (isFlexible)
        {
            Varint((uint)((bytes?.Length ?? -1) + 1));
        }
        else
        {
            Int16(unchecked((short)(bytes?.Length ?? -1)));
        }

        _bytes.Write(bytes);
    }

    private void Bytes(byte[]? bytes)
    {
        if (isFlexible)
        {
            Varint((uint)((bytes?.Length ?? -1) + 1));
        }
        else
        {
            Int32(bytes?.Length ?? -1);
        }

        _bytes.Write(bytes);
    }

    private void Uuid(string? value)
    {
        if (!Protocol.Uuid.TryParse(value ?? "AAAAAAAAAAAAAAAAAAAAAA", out var id))
        {
            throw new FormatException($"no id: {value}");
        }

        Span<byte> bytes = stackalloc byte[16];
        id.Write(bytes);
        _bytes.Write(bytes);
    }

    private void Int16(short value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        _bytes.Write(bytes);
    }

    private void Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.Write(bytes);
    }

    private void Int64(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _bytes.Write(bytes);
    }

    private void Varint(uint value)
    {
        for (; value > 127; value >>= 7)
        {
            _bytes.WriteByte((byte)(value | 128));
        }

        _bytes.WriteByte((byte)value);
    }
}
