using Deterministic.Checking.Histories;
using Deterministic.Checking.Tests.Model;
using Deterministic.Checking.Tests.Mutations;

namespace Deterministic.Checking.Tests;

/// <summary>The checker itself is tested: good histories are valid, and what is put into them is found.</summary>
public sealed class MutationTests
{
    private const int HistoriesForEach = 200;
    private const ulong SeedsMax = 800;

    /// <summary>Good histories by seed, from 1, with the counts of what is allowed in them.</summary>
    private static readonly List<(History History, CheckOptions Options, CheckVerdict Verdict)> s_good = [];

    public static TheoryData<string> Names => [.. Mutation.All.Select(mutation => mutation.Name)];

    [Fact]
    public void Two_hundred_good_histories_are_valid()
    {
        for (var seed = 1UL; seed <= HistoriesForEach; seed++)
        {
            var (history, _, verdict) = Good(seed);
            Assert.True(verdict.Valid, $"seed {seed}, {history.Ops.Count} ops: {verdict}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_hundred_histories_betray(string name)
    {
        var mutation = Mutation.All.Single(mutation => mutation.Name == name);
        var spoiled = 0;
        for (var seed = 1UL; seed <= SeedsMax && spoiled < HistoriesForEach; seed++)
        {
            var (history, options, good) = Good(seed);
            var editor = new HistoryEditor(history, options, seed);
            if (!mutation.Apply(editor))
            {
                continue;
            }

            spoiled++;
            var verdict = HistoryChecker.Check(editor.History(), editor.Options);
            Assert.True(CountOf(verdict, mutation) > CountOf(good, mutation), $"seed {seed}: {mutation.Expected} not found; {verdict}");
            Assert.True(mutation.Class != AnomalyClass.Bad || verdict.Outcome == CheckOutcome.Invalid, $"seed {seed}: {verdict}");
        }

        Assert.Equal(HistoriesForEach, spoiled);
    }

    [Fact]
    public void Nearly_every_name_has_a_mutation()
    {
        // These say that the search for a cycle gave up, or that there was nothing to search; they have tests of their own.
        string[] others =
        [
            AnomalyNames.EmptyTransactionGraph, AnomalyNames.G0Realtime, AnomalyNames.Pl1CycleExists, AnomalyNames.Pl2CycleExists,
            AnomalyNames.StrongPl1CycleExists, AnomalyNames.StrongPl2CycleExists,
        ];
        var all = typeof(AnomalyNames).GetFields().Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(all.Order(StringComparer.Ordinal), Mutation.All.Select(mutation => mutation.Expected).Concat(others).Distinct().Order(StringComparer.Ordinal));
    }

    private static int CountOf(CheckVerdict verdict, Mutation mutation) =>
        verdict.Counts.FirstOrDefault(count => count.Name == mutation.Expected && count.Class == mutation.Class).Count;

    private static (History History, CheckOptions Options, CheckVerdict Verdict) Good(ulong seed)
    {
        while ((ulong)s_good.Count < seed)
        {
            var (history, options) = GoodRun.Make((ulong)s_good.Count + 1);
            s_good.Add((history, options, HistoryChecker.Check(history, options)));
        }

        return s_good[(int)seed - 1];
    }
}
