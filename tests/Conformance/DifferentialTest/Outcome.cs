using System.Text.Json.Nodes;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>What a broker made of a request: an answer, a closed connection, or silence.</summary>
public sealed record Outcome(string Kind, JsonObject? Body)
{
    /// <summary>The connection was closed.</summary>
    public static Outcome Closed { get; } = new("closed", null);

    /// <summary>Nothing came in time.</summary>
    public static Outcome Nothing { get; } = new("nothing", null);

    /// <summary>An answer.</summary>
    public static Outcome Answer(JsonObject body) => new("answer", body);

    /// <summary>As JSON, so that kinds and bodies are compared in one way.</summary>
    public JsonObject ToJson() => Body is null ? new JsonObject { ["outcome"] = Kind } : new JsonObject { ["outcome"] = Kind, ["body"] = Body.DeepClone() };
}
