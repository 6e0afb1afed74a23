using System.Text.Json.Nodes;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>One change of a good request: which field stands at what instead.</summary>
public sealed record Mutation(string Path, string Label, JsonNode? Value)
{
    /// <summary>Changes the request in place. False where the path leads nowhere.</summary>
    public bool Apply(JsonObject body)
    {
        var parts = Path.Split('.');
        JsonNode? node = body;
        foreach (var part in parts[..^1])
        {
            node = node is JsonArray items ? items.Count > 0 ? items[0] : null : node is JsonObject value ? value[part] : null;
        }

        switch (node)
        {
            case JsonArray { Count: > 0 } items:
                items[0] = Value?.DeepClone();
                return true;
            case JsonObject value:
                value[parts[^1]] = Value?.DeepClone();
                return true;
            default:
                return false;
        }
    }
}
