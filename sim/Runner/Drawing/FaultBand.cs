using System.Text.Json.Serialization;

namespace Deterministic.Runner.Drawing;

/// <summary>A fault of a run from when it was injected to when it ended, in microseconds of world time.</summary>
internal sealed record FaultBand(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("fromUs")] long FromUs,
    [property: JsonPropertyName("toUs")] long ToUs,
    [property: JsonPropertyName("text")] string Text);
