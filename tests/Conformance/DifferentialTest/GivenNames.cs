using System.Globalization;
using System.Text.Json.Nodes;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>What one broker gave out (ids of topics, members, producers, sessions), by the names that requests call it by. Lives for a run.</summary>
public sealed class GivenNames
{
    private readonly Dictionary<string, JsonNode?> _values = new(StringComparer.Ordinal);

    /// <summary>The value of a name that begins with $; the name itself when nothing was given.</summary>
    public JsonNode? Resolve(string called) => _values.TryGetValue(called[1..], out var value) ? value : JsonValue.Create(called);

    /// <summary>Keeps what the step wants of its answer.</summary>
    public void Keep(Step step, JsonObject answer)
    {
        foreach (var (key, path) in step.Save)
        {
            if (At(answer, path) is { } value && value.ToString() is not ("" or "-1"))
            {
                _values[key] = value.DeepClone();
            }
        }
    }

    private static JsonNode? At(JsonNode? node, string path)
    {
        foreach (var part in path.Split('.'))
        {
            node = node switch
            {
                JsonArray array => int.Parse(part, CultureInfo.InvariantCulture) is var at && at < array.Count ? array[at] : null,
                JsonObject value => value[part],
                _ => null,
            };
        }

        return node;
    }
}
