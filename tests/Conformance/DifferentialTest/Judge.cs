using System.Text.Json.Nodes;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>Compares the two outcomes of a step and looks for reasons. Lives for a run.</summary>
public sealed class Judge(IReadOnlyList<Rule> rules, IReadOnlyList<Explanation> explanations)
{
    private readonly Comparer _comparer = new(rules);

    /// <summary>The explanations, with how often each was used.</summary>
    public IReadOnlyList<Explanation> Explanations => explanations;

    /// <summary>What differs and has no reason; empty with <see cref="Verdict.Explained"/> or <see cref="Verdict.Equal"/>.</summary>
    public (Verdict Verdict, IReadOnlyList<Difference> Unexplained) Compare(Step step, Outcome theirs, Outcome ours)
    {
        var differences = Differences(step, theirs.ToJson(), ours.ToJson());
        var unexplained = differences.Where(difference => !explanations.Any(explanation => explanation.Explains(step, difference))).ToList();
        return (differences.Count == 0 ? Verdict.Equal : unexplained.Count == 0 ? Verdict.Explained : Verdict.Unexplained, unexplained);
    }

    private IReadOnlyList<Difference> Differences(Step step, JsonObject theirs, JsonObject ours)
    {
        var api = step.Api.Key.ToString();
        if ((string?)theirs["outcome"] != (string?)ours["outcome"])
        {
            return [new Difference("outcome", Say(theirs), Say(ours))];
        }

        return theirs["body"] is null ? [] : _comparer.Compare(api, theirs["body"], ours["body"]);
    }

    private static string Say(JsonObject outcome) => outcome["body"] is null ? (string)outcome["outcome"]! : outcome["body"]!.ToJsonString();
}
