using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Deterministic.Runner.Running;
using Deterministic.Runner.Shrinking;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;

namespace Deterministic.Runner.Traces;

/// <summary>A run that failed, as a small JSON file: the scenario, the choices that were not quiet, and what was violated. Immutable.</summary>
internal sealed record TraceFile
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, IndentSize = 1 };

    /// <summary>The commit that it failed on.</summary>
    public required string Commit { get; init; }

    /// <summary>What was violated.</summary>
    public required Violation Expected { get; init; }

    /// <summary>The choices that were not 0, each as its position among all choices and what was chosen: <c>12:3 40:1</c>.</summary>
    public required string Choices { get; init; }

    /// <summary>What was run, as <see cref="Scenario.ToJson"/> writes it.</summary>
    public required JsonElement Scenario { get; init; }

    /// <summary>The scenario.</summary>
    [JsonIgnore]
    public Scenario Parsed => Simulator.Scenarios.Scenario.Parse(Scenario.GetRawText());

    /// <summary>A chooser for one run.</summary>
    [JsonIgnore]
    public IChooser Chooser => new TraceChooser(Dense());

    /// <summary>The file of a failure.</summary>
    public static TraceFile Of(Failure failure)
    {
        var trace = failure.Trace;
        return new TraceFile
        {
            Commit = SourceVersion.Commit,
            Expected = failure.Result.Violation! with { Message = Messages.WithoutPaths(failure.Result.Violation!.Message) },
            Choices = string.Join(' ', Enumerable.Range(0, trace.Count).Where(i => trace[i] != 0)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}:{trace[i]}"))),
            Scenario = JsonElement.Parse(failure.Candidate.Scenario.ToJson()),
        };
    }

    /// <summary>How many choices are not the quiet one.</summary>
    [JsonIgnore]
    public int LoudChoices => Loud().Count;

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static TraceFile Parse(string json) =>
        JsonSerializer.Deserialize<TraceFile>(json, s_json) ?? throw new JsonException("a trace file is a JSON object");

    /// <summary>As text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json) + "\n";

    private int[] Dense()
    {
        var loud = Loud();
        var dense = new int[loud.Count == 0 ? 0 : loud.Max(pair => pair.Position) + 1];
        foreach (var (position, choice) in loud)
        {
            dense[position] = choice;
        }

        return dense;
    }

    private List<(int Position, int Choice)> Loud() =>
    [
        .. Choices.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split(':'))
            .Select(pair => (int.Parse(pair[0], CultureInfo.InvariantCulture), int.Parse(pair[1], CultureInfo.InvariantCulture))),
    ];
}
