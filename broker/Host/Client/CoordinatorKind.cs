namespace Deterministic.Host.Client;

/// <summary>What a coordinator is asked for, by the number that FindCoordinator has for it.</summary>
internal enum CoordinatorKind
{
    /// <summary>A group.</summary>
    Group = 0,

    /// <summary>A transactional id.</summary>
    Transaction = 1,
}
