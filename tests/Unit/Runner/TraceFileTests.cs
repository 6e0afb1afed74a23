using Deterministic.Runner.Running;
using Deterministic.Runner.Shrinking;
using Deterministic.Runner.Traces;
using Microsoft.CodeAnalysis.CSharp;

namespace Deterministic.Runner.Tests;

public sealed class TraceFileTests
{
    [Fact]
    public void A_trace_file_runs_the_same_choices_again()
    {
        var trace = new List<int>();
        RunScenario run = (scenario, chooser, settings) => SyntheticRun.Run(scenario, chooser, settings, 50, (_, _) => true);
        var scenario = SyntheticRun.ScenarioOf(faults: 3);
        var failure = Shrinker.Shrink(scenario, SyntheticRun.Planted, new ShrinkBudget(1, TimeSpan.MaxValue), run)!;
        var read = TraceFile.Parse(TraceFile.Of(failure).ToJson());
        run(read.Parsed, read.Chooser, new() { Trace = trace });
        Assert.Equal(failure.Trace, trace.Take(failure.Trace.Count));
        Assert.All(trace.Skip(failure.Trace.Count), choice => Assert.Equal(0, choice));
        Assert.Equal(failure.LoudChoices, read.LoudChoices);
        Assert.Equal(SyntheticRun.Planted, read.Expected);
        Assert.Equal(scenario.ToJson(), read.Parsed.ToJson());
    }

    [Fact]
    public void A_stack_trace_says_methods_and_no_folders() => Assert.Equal(
        "it threw\n   at A.B()\n   at C.D()", Messages.WithoutPaths("it threw\n   at A.B() in /x/y z/B.cs:line 12\n   at C.D()"));

    [Fact]
    public void The_test_of_a_trace_file_is_well_formed()
    {
        var failure = new Failure
        {
            Candidate = new Candidate { Scenario = SyntheticRun.ScenarioOf() },
            Result = SyntheticRun.ResultOf(SyntheticRun.ScenarioOf(), SyntheticRun.Planted with { Invariant = "high-watermark monotonic" }),
            Trace = [0, 3],
            LoudTags = new SortedSet<string>(),
        };
        var trace = TraceFile.Of(failure);
        var source = RegressionTest.Of(trace, "seed-7.json");
        Assert.Empty(CSharpSyntaxTree.ParseText(source).GetDiagnostics());
        Assert.Contains("class HighWatermarkMonotonicSeed7Tests", source, StringComparison.Ordinal);
        Assert.Contains("Regression.Passes(\"seed-7.json\")", source, StringComparison.Ordinal);
        Assert.Contains("it was &lt;planted> &amp; found", source, StringComparison.Ordinal);
    }
}
