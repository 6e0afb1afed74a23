using System.Text.Json;

namespace Deterministic.Protocol.Tests.Wire;

/// <summary>Compares printed messages: numbers by value, ids in hex or in base64, fields in any order.</summary>
public static class JsonValues
{
    public static void AssertEqual(string expected, string actual, string where)
    {
        using var left = JsonDocument.Parse(expected);
        using var right = JsonDocument.Parse(actual);
        AssertEqual(left.RootElement, right.RootElement, where);
    }

    private static void AssertEqual(JsonElement expected, JsonElement actual, string where)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.True(actual.ValueKind == JsonValueKind.Object, $"{where} is {actual}");
                Assert.Equal(Names(expected, where), Names(actual, where));
                foreach (var field in expected.EnumerateObject())
                {
                    AssertEqual(field.Value, actual.GetProperty(field.Name), $"{where}.{field.Name}");
                }

                break;
            case JsonValueKind.Array:
                Assert.True(actual.ValueKind == JsonValueKind.Array, $"{where} is {actual}");
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                for (var i = 0; i < expected.GetArrayLength(); i++)
                {
                    AssertEqual(expected[i], actual[i], $"{where}[{i}]");
                }

                break;
            default:
                Assert.True(IsSame(expected, actual), $"{where} is {actual} instead of {expected}");
                break;
        }
    }

    private static string Names(JsonElement element, string where) =>
        where + ": " + string.Join(" ", element.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));

    private static bool IsSame(JsonElement expected, JsonElement actual) => expected.ValueKind switch
    {
        JsonValueKind.Number => actual.ValueKind == JsonValueKind.Number
            && (expected.GetRawText() == actual.GetRawText() || expected.GetDouble().Equals(actual.GetDouble())),
        JsonValueKind.String => actual.ValueKind == JsonValueKind.String
            && (expected.GetString() == actual.GetString() || IsSameId(expected.GetString()!, actual.GetString()!)),
        _ => expected.ValueKind == actual.ValueKind,
    };

    private static bool IsSameId(string hex, string base64) =>
        hex.Length == 2 * Uuid.SizeBytes && Uuid.TryParse(base64, out var id) && Uuid.Read(Convert.FromHexString(hex)) == id;
}
