using System.IO.Compression;
using System.Text.Json.Nodes;
using Deterministic.Protocol;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>Steps in their order with what Apache Kafka answered, as JSON lines in gzip: a run that can be had again without Kafka.</summary>
public static class Recording
{
    /// <summary>One line of it.</summary>
    public static string Line(Step step, Outcome theirs) => new JsonObject
    {
        ["n"] = step.Name,
        ["k"] = (short)step.Api.Key,
        ["v"] = step.Version,
        ["b"] = step.Body.DeepClone(),
        ["s"] = new JsonObject(step.Save.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["c"] = step.CutBytes,
        ["a"] = step.Appended,
        ["o"] = theirs.ToJson(),
    }.ToJsonString();

    /// <summary>All of it.</summary>
    public static IEnumerable<(Step Step, Outcome Theirs)> Read(Stream packed)
    {
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            var json = JsonNode.Parse(line)!;
            var api = ApiCatalog.Find((short)json["k"]!) ?? throw new InvalidDataException($"API {json["k"]} is not served");
            var step = new Step((string)json["n"]!, api, (short)json["v"]!, (JsonObject)json["b"]!.DeepClone())
            {
                Save = ((JsonObject)json["s"]!).ToDictionary(pair => pair.Key, pair => (string)pair.Value!, StringComparer.Ordinal),
                CutBytes = (int)json["c"]!,
                Appended = (string)json["a"]!,
            };
            yield return (step, new Outcome((string)json["o"]!["outcome"]!, json["o"]!["body"]?.DeepClone() as JsonObject));
        }
    }
}
