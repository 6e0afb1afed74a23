using Deterministic.Runner.Mutants;

namespace Deterministic.Runner.Tests;

public sealed class MutantTests
{
    [Fact]
    public void The_header_of_a_patch_is_read_up_to_the_diff()
    {
        var mutant = Mutant.Parse("sim/Mutants/03-a-name.patch", "Bug: H135\nSummary: one line\n  and its other half: here\nExpected: lost-write\n\ndiff --git a/b b/b\nBug: not this\n");
        Assert.Equal("03-a-name", mutant.Name);
        Assert.Equal("H135", mutant.Bug);
        Assert.Equal("one line and its other half: here", mutant.Header["Summary"]);
        Assert.Equal("lost-write", mutant.Expected);
    }

    [Fact]
    public void A_mutant_that_could_not_be_tried_is_an_error_and_no_survivor()
    {
        var mutant = Mutant.Parse("a.patch", "");
        Assert.Equal("error", new MutantOutcome { Mutant = mutant, Error = "does not apply" }.State);
        Assert.Equal("survived", new MutantOutcome { Mutant = mutant, Seeds = 1000 }.State);
        Assert.Equal("found", new MutantOutcome { Mutant = mutant, Seed = 3, Invariant = "history" }.State);
    }
}
