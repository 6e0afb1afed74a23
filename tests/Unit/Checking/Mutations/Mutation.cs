namespace Deterministic.Checking.Tests.Mutations;

/// <summary>One way to spoil a history, and what the checker must then say.</summary>
/// <param name="Name">For the test's name.</param>
/// <param name="Expected">The anomaly that must be found.</param>
/// <param name="Class">The class in which it must be found, more often than in the good history.</param>
/// <param name="Apply">Spoils it; false: this history has no place for it.</param>
internal sealed record Mutation(string Name, string Expected, AnomalyClass Class, Func<HistoryEditor, bool> Apply)
{
    public static IReadOnlyList<Mutation> All { get; } =
        [.. LogMutations.All, .. OrderMutations.All, .. TransactionMutations.All, .. OffsetMutations.All];
}
