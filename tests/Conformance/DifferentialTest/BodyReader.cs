using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Deterministic.Protocol;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>Reads a response into JSON as its schema says. Lives for one response.</summary>
public sealed class BodyReader(ReadOnlyMemory<byte> bytes, bool isFlexible)
{
    private int _at;

    /// <summary>The answer to a step; what cannot be read says so under <c>_unreadable</c>.</summary>
    public static JsonObject ReadAnswer(Step step, ReadOnlyMemory<byte> frame)
    {
        try
        {
            // An unknown version is answered in the form of version 0, by this API alone.
            var isOld = step.Api.Key == ApiKey.ApiVersions && (step.Version < step.Api.First || step.Version > step.Api.Last);
            return Read(step.Api, isOld ? (short)0 : step.Version, frame);
        }
        catch (FormatException error)
        {
            return new JsonObject { ["_unreadable"] = error.Message };
        }
    }

    /// <summary>A response without its size and correlation id. Bytes that are left over are told.</summary>
    public static JsonObject Read(ApiInfo api, short version, ReadOnlyMemory<byte> frame)
    {
        var reader = new BodyReader(frame, api.IsFlexible(version));
        if (api.ResponseHeaderVersion(version) > 0)
        {
            reader.SkipTags();
        }

        var body = reader.Read(MessageSchema.OfResponse(api, version));
        if (reader._at != frame.Length)
        {
            body["_leftOver"] = Convert.ToHexStringLower(frame.Span[reader._at..]);
        }

        return body;
    }

    /// <summary>A struct, tags included.</summary>
    public JsonObject Read(IReadOnlyList<Field> fields)
    {
        var value = new JsonObject();
        foreach (var field in fields.Where(field => field.Tag < 0))
        {
            value[field.Name] = Value(field);
        }

        if (!isFlexible)
        {
            return value;
        }

        var tagCount = Varint();
        for (var i = 0; i < tagCount; i++)
        {
            var tag = (int)Varint();
            var size = (int)Varint();
            var end = _at + size;
            if (fields.FirstOrDefault(field => field.Tag == tag) is { } field)
            {
                value[field.Name] = Value(field);
                _at = _at == end ? end : throw new FormatException($"tag {tag} has {size} bytes");
            }
            else
            {
                value[$"_tag{tag.ToString(CultureInfo.InvariantCulture)}"] = Convert.ToHexStringLower(Take(size));
            }
        }

        return value;
    }

    private JsonNode? Value(Field field) => field.Kind switch
    {
        FieldKind.Bool => Take(1)[0] != 0,
        FieldKind.Int8 => (sbyte)Take(1)[0],
        FieldKind.Int16 => BinaryPrimitives.ReadInt16BigEndian(Take(2)),
        FieldKind.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
        FieldKind.Int32 => BinaryPrimitives.ReadInt32BigEndian(Take(4)),
        FieldKind.Int64 => BinaryPrimitives.ReadInt64BigEndian(Take(8)),
        FieldKind.Float64 => BinaryPrimitives.ReadDoubleBigEndian(Take(8)),
        FieldKind.Uuid => Uuid.Read(Take(16)).ToString(),
        FieldKind.String => String(),
        FieldKind.Bytes => Bytes() is { } raw ? Convert.ToHexStringLower(raw) : null,
        FieldKind.Records => Bytes() is { } raw ? RecordsText.Describe(raw) : null,
        FieldKind.Struct => field.IsNullable && (sbyte)Take(1)[0] <= (field.IsTaggedStruct ? 0 : -1) ? null : Read(field.Fields),
        _ => Array(field.Item!),
    };

    private JsonArray? Array(Field item)
    {
        var count = isFlexible ? (int)Varint() - 1 : BinaryPrimitives.ReadInt32BigEndian(Take(4));
        if (count < 0)
        {
            return null;
        }

        var items = new JsonArray();
        for (var i = 0; i < count; i++)
        {
            items.Add(Value(item));
        }

        return items;
    }

    private string? String()
    {
        var length = isFlexible ? (int)Varint() - 1 : BinaryPrimitives.ReadInt16BigEndian(Take(2));
        return length < 0 ? null : Encoding.UTF8.GetString(Take(length));
    }

    private byte[]? Bytes()
    {
        var length = isFlexible ? (int)Varint() - 1 : BinaryPrimitives.ReadInt32BigEndian(Take(4));
        return length < 0 ? null : Take(length).ToArray();
    }

    private void SkipTags()
    {
        for (var count = Varint(); count > 0; count--)
        {
            Varint();
            Take((int)Varint());
        }
    }

    private uint Varint()
    {
        uint value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Take(1)[0];
            value |= (uint)(next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - _at)
        {
            throw new FormatException($"{count} bytes wanted at {_at} of {bytes.Length}");
        }

        var piece = bytes.Span.Slice(_at, count);
        _at += count;
        return piece;
    }
}
