using System.Text.Json.Nodes;
using Deterministic.Conformance.DifferentialTest;
using Deterministic.Protocol;

namespace Deterministic.Differential.Tests;

/// <summary>What is explained, and that an explanation does not reach further than it says.</summary>
public sealed class JudgeTests
{
    private static readonly Step s_step = new("base/v1/good", ApiCatalog.Find((short)ApiKey.Metadata)!, 1, []);

    [Fact]
    public void A_closed_connection_is_not_an_answer()
    {
        var (verdict, differences) = new Judge([], []).Compare(s_step, Outcome.Closed, Outcome.Answer([]));

        Assert.Equal(Verdict.Unexplained, verdict);
        Assert.Equal("outcome", Assert.Single(differences).Path);
    }

    [Fact]
    public void One_difference_without_a_reason_is_enough()
    {
        var judge = new Judge([], [Explain("a")]);
        var theirs = Outcome.Answer(new JsonObject { ["a"] = 1, ["b"] = 1 });

        Assert.Equal(Verdict.Explained, judge.Compare(s_step, theirs, Outcome.Answer(new JsonObject { ["a"] = 2, ["b"] = 1 })).Verdict);
        Assert.Equal(Verdict.Unexplained, judge.Compare(s_step, theirs, Outcome.Answer(new JsonObject { ["a"] = 2, ["b"] = 2 })).Verdict);
        Assert.Equal(Verdict.Equal, judge.Compare(s_step, theirs, theirs).Verdict);
    }

    [Fact]
    public void Every_explanation_and_rule_of_the_files_says_why()
    {
        Assert.All(Explanation.ReadAll(), explanation => Assert.True(explanation.Why.Length > 10, explanation.Why));
        Assert.All(Rule.ReadAll(), rule => Assert.NotEmpty(rule.Why));
    }

    private static Explanation Explain(string path) =>
        new(Rule.Whole("Metadata"), Rule.Whole("*"), Rule.Whole(path), Rule.Whole("*"), Rule.Whole("*"), "a test");
}
