using Deterministic.Runner.Shrinking;

namespace Deterministic.Runner.Tests;

public sealed class ScenarioPartsTests
{
    [Fact]
    public void Any_elements_of_a_list_can_be_left_out()
    {
        var tree = ScenarioParts.TreeOf(SyntheticRun.ScenarioOf(faults: 5));
        var parts = ScenarioParts.Elements(tree, ScenarioParts.Faults, 0);
        Assert.Equal(5, parts.Count);
        var left = ScenarioParts.Without(tree, [parts[0], parts[3], parts[4]]);
        Assert.Equal([1L, 2L], left!.Faults.Faults.Select(fault => fault.AtUs));
    }

    [Fact]
    public void A_setting_that_is_left_out_has_its_default()
    {
        var tree = ScenarioParts.TreeOf(SyntheticRun.ScenarioOf());
        var broker = ScenarioParts.Without(tree, ScenarioParts.Members(tree, ScenarioParts.Broker))!.Broker;
        Assert.Empty(broker.Properties);
        Assert.Equal(2, broker.Shards);
        var scheduler = ScenarioParts.Without(tree, ScenarioParts.Members(tree, ScenarioParts.Scheduler))!.Scheduler;
        Assert.Equal((0, 1), (scheduler.SlackUs, scheduler.WorkMax));
    }

    [Fact]
    public void A_scenario_without_what_it_must_have_is_none() =>
        Assert.Null(ScenarioParts.Without(ScenarioParts.TreeOf(SyntheticRun.ScenarioOf()), ["/Seed"]));
}
