namespace Deterministic.Checking.Histories;

/// <summary>
/// The consumer behind an op that polls, commits or fetches offsets; immutable. <paramref name="Generation"/> is that of
/// the group's member, -1 outside of a generation (an administrator's commit may move an offset back).
/// </summary>
public sealed record ConsumerTraits(
    string? Group = null, int Generation = -1, IsolationLevel Isolation = IsolationLevel.ReadCommitted)
{
    /// <summary>What an op without traits has.</summary>
    public static ConsumerTraits Default { get; } = new();
}
