using System.Text.Json.Nodes;

namespace Deterministic.Runner.Shrinking;

/// <summary>Leaves out of a failing scenario what it does not need to fail: faults, clients, operations, then odd settings. Lives for one shrinking.</summary>
internal sealed class ScenarioShrinker(FailureTest test)
{
    /// <summary>Lists within lists that a workload has: clients and topics, operations, batches, records.</summary>
    private const int DepthMax = 4;

    /// <summary>Other seeds of choices that a scenario with fewer faults is tried with: leaving one out shifts all choices behind it.</summary>
    private const ulong Retries = 2;

    /// <summary>Fewer faults, clients, operations, and settings that are not the default.</summary>
    public Failure Shrink(Failure failure)
    {
        failure = LeaveOut(failure, Retries, tree => ScenarioParts.Elements(tree, ScenarioParts.Faults, 0));
        for (var depth = 0; depth < DepthMax; depth++)
        {
            var level = depth;
            failure = LeaveOut(failure, 0, tree => ScenarioParts.Elements(tree, ScenarioParts.Workload, level));
        }

        failure = LeaveOut(failure, 0, tree => ScenarioParts.Members(tree, ScenarioParts.Broker));
        return LeaveOut(failure, 0, tree => ScenarioParts.Members(tree, ScenarioParts.Scheduler));
    }

    /// <summary>Clients, topics and operations with as few odd settings as can be.</summary>
    public Failure MakePlain(Failure failure) => LeaveOut(failure, 0, tree => ScenarioParts.Members(tree, ScenarioParts.Workload));

    private Failure LeaveOut(Failure failure, ulong retries, Func<JsonNode, IReadOnlyList<string>> partsOf)
    {
        var tree = ScenarioParts.TreeOf(failure.Candidate.Scenario);
        var parts = partsOf(tree);
        var best = failure;
        DeltaDebugging.Minimize(parts, kept =>
        {
            if (test.IsOver || ScenarioParts.Without(tree, [.. parts.Except(kept, StringComparer.Ordinal)]) is not { } without)
            {
                return false;
            }

            var next = TryWithin(best.Candidate with { Scenario = without }, retries);
            best = next ?? best;
            return next is not null;
        });
        return best;
    }

    private Failure? TryWithin(Candidate candidate, ulong retries)
    {
        var failure = test.Try(candidate);
        for (ulong i = 1; i <= retries && failure is null && candidate.Trace is null; i++)
        {
            failure = test.Try(candidate with { ChoiceSeed = candidate.ChoiceSeed + i });
        }

        return failure;
    }
}
