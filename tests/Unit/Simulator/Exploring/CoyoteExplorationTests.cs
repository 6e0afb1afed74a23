using Deterministic.Kernel;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Exploring;

namespace Deterministic.Simulator.Tests.Exploring;

public sealed class CoyoteExplorationTests
{
    private const int Runs = 200;
    private const int Batches = 8;

    [Fact]
    public void Chance_alone_does_not_climb() => Assert.Empty(Climbs(Guidance.Random));

    [Fact]
    public void A_strategy_that_learns_from_states_climbs_and_what_it_chose_can_be_replayed()
    {
        var climbs = Climbs(Guidance.QLearning);
        Assert.InRange(climbs.Count, Batches / 2, Batches);
        Assert.All(climbs, report =>
        {
            Assert.IsType<TopException>(report.Failure);
            Assert.InRange(report.RunsPassed, 0, Runs - 1);
            Assert.Throws<TopException>(() => Walk(new Choices(new TraceChooser(report.FailedTrace)), static _ => { }));
        });
    }

    [Fact]
    public void A_strategy_that_is_told_no_states_does_not_climb()
    {
        var report = new CoyoteExploration(7, Guidance.QLearning, Runs).Explore(chooser => Walk(new Choices(chooser), static _ => { }));
        Assert.Null(report.Failure);
        Assert.Equal(Runs, report.RunsPassed);
        Assert.Empty(report.FailedTrace);
    }

    [Fact]
    public void The_same_seed_gives_the_same_runs()
    {
        Assert.Equal(Traces(3), Traces(3));
        Assert.NotEqual(Traces(3), Traces(4));
    }

    [Fact]
    public void A_run_may_make_more_choices_than_Coyote_allows_by_itself()
    {
        const int Many = 150_000;
        var report = new CoyoteExploration(1, Guidance.Random, 2).Explore(chooser =>
        {
            for (var i = 0; i < Many; i++)
            {
                chooser.Next(2, "coin");
            }

            Check.That(chooser.Trace.Count == Many, $"{chooser.Trace.Count} choices were made");
        });
        Assert.Equal(2, report.RunsPassed);
    }

    [Fact]
    public void A_run_that_Coyote_ended_is_not_taken_for_one_that_passed()
    {
        var never = new TaskCompletionSource();
        var error = Assert.Throws<InvariantException>(() => new CoyoteExploration(1, Guidance.Random, 2).Explore(
            _ => Microsoft.Coyote.Runtime.Operation.PauseUntil(() => never.Task.IsCompleted)));
        Assert.Contains("0 of 2 reached their end", error.Message, StringComparison.Ordinal);
    }

    private static List<ExplorationReport> Climbs(Guidance guidance) =>
        [.. Enumerable.Range(7, Batches).Select(seed => new CoyoteExploration((uint)seed, guidance, Runs).Explore(Walk))
            .Where(report => report.Failure is not null)];

    private static List<int> Traces(uint seed)
    {
        var traces = new List<int>();
        new CoyoteExploration(seed, Guidance.Random, 5).Explore(chooser =>
        {
            Walk(new Choices(chooser), static _ => { });
            traces.AddRange(chooser.Trace);
        });
        return traces;
    }

    private static void Walk(CoyoteChooser chooser) => Walk(new Choices(chooser), chooser.Observe);

    /// <summary>At every height another of the four ways leads up and three lead down: the top is 12 up, and 100 steps are all there are.</summary>
    private static void Walk(Choices choices, Action<Func<int>> observe)
    {
        const int Ways = 4;
        const int Top = 12;
        const int Steps = 100;
        var height = 0;
        var step = 0;
        observe(() => (step * Top) + height);
        for (; step < Steps; step++)
        {
            height = choices.Next(Ways, "way") == WayUp(height) ? height + 1 : Math.Max(0, height - 1);
            if (height == Top)
            {
                throw new TopException();
            }
        }

        static int WayUp(int height) => height * height / 2 % Ways;
    }

    private sealed class TopException : Exception;
}
