using System.Text.Json;
using Deterministic.Tests.Shared;

namespace Deterministic.Protocol.Tests.Wire;

public class SchemaTests
{
    private static readonly Dictionary<string, JsonElement> s_schemas = Golden.Lines("Protocol/schemas.jsonl.gz")
        .Select(line => JsonDocument.Parse(line).RootElement)
        .ToDictionary(schema => schema.GetProperty("type").GetString()!, StringComparer.Ordinal);

    [Fact]
    public void Every_message_has_the_fields_of_its_schema_in_every_version()
    {
        foreach (var type in MessageType.All)
        {
            var message = s_schemas[type.Name].GetProperty("schema");
            for (var version = type.First; version <= type.Last; version++)
            {
                Assert.True(Contains(message.GetProperty("versions"), version), $"{type.Name} has no version {version}");
                Assert.True(type.IsFlexible(version) == Contains(message.GetProperty("flexible"), version), $"{type.Name} v{version}: flexible");
                var expected = Fields(message, version, type.IsFlexible(version), type.Name);
                var actual = type.Describe(version);
                Assert.Equal($"{type.Name} v{version}: {string.Join("\n", expected)}", $"{type.Name} v{version}: {string.Join("\n", actual)}");
            }
        }
    }

    [Fact]
    public void Every_api_has_the_stable_versions_and_the_header_versions_of_kafka()
    {
        foreach (var api in ApiCatalog.All)
        {
            var schema = s_schemas[$"{api.Key}Request"];
            Assert.Equal((short)api.Key, schema.GetProperty("key").GetInt16());
            Assert.Equal($"{api.Key} {schema.GetProperty("lowest")}-{schema.GetProperty("highest")}", $"{api.Key} {api.First}-{api.Last}");
            for (var version = api.First; version <= api.Last; version++)
            {
                Assert.Equal(HeaderVersion(schema.GetProperty("requestHeader"), version), api.RequestHeaderVersion(version));
                Assert.Equal(HeaderVersion(schema.GetProperty("responseHeader"), version), api.ResponseHeaderVersion(version));
            }
        }
    }

    [Fact]
    public void Every_stored_record_has_the_type_of_its_schema()
    {
        foreach (var (name, schema) in s_schemas.Where(pair => pair.Value.TryGetProperty("id", out var id) && id.GetInt32() >= 0))
        {
            var type = typeof(ApiCatalog).Assembly.GetTypes().Single(t => t.Name == name);
            var info = (Deterministic.Protocol.Stored.StoredInfo)type.GetProperty("Info")!.GetValue(null)!;
            Assert.Equal($"{name} {schema.GetProperty("id").GetInt32()}", $"{name} {info.Type}");
        }
    }

    private static short HeaderVersion(JsonElement headers, short version) =>
        short.Parse(headers.EnumerateObject().Single(header => Contains(header.Value, version)).Name);

    private static List<SchemaField> Fields(JsonElement parent, short version, bool isFlexible, string path)
    {
        var fields = new List<SchemaField>();
        foreach (var field in parent.GetProperty("fields").EnumerateArray().Where(field => Contains(field.GetProperty("versions"), version)))
        {
            var tag = field.TryGetProperty("tag", out var number) && Contains(field.GetProperty("tagged"), version) ? number.GetInt32() : -1;
            var type = field.GetProperty("type").GetString()!;
            var isStruct = field.TryGetProperty("fields", out _);
            type = isStruct ? (type.StartsWith('[') ? "[]struct" : "struct") : type;
            type = isFlexible && field.TryGetProperty("notCompact", out var classic) && Contains(classic, version) ? $"{type} (classic)" : type;
            var isNullable = field.TryGetProperty("nullable", out var nullable) && Contains(nullable, version);
            var inner = isStruct ? Fields(field, version, isFlexible, $"{path}.{field.GetProperty("name")}") : [];
            fields.Add(new SchemaField(field.GetProperty("name").GetString()!, type, isNullable, tag, DefaultOf(field, type), inner));
        }

        // Tagged fields stand behind the others, by number.
        return [.. fields.Where(field => field.Tag < 0), .. fields.Where(field => field.Tag >= 0).OrderBy(field => field.Tag)];
    }

    private static string DefaultOf(JsonElement field, string type) => field.TryGetProperty("default", out var value)
        ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()
        : type switch
        {
            "bool" => "false",
            _ when type.Contains("int", StringComparison.Ordinal) && !type.StartsWith('[') => "0",
            "float64" => "0",
            _ => "",
        };

    private static bool Contains(JsonElement range, short version)
    {
        var text = range.GetString()!;
        if (text == "none")
        {
            return false;
        }

        var bounds = text.Split('-').Select(short.Parse).ToArray();
        return version >= bounds[0] && version <= bounds[^1];
    }
}
