namespace Deterministic.Checking.Histories;

/// <summary>Which records of transactions a consumer may see.</summary>
public enum IsolationLevel
{
    /// <summary>Only those of committed transactions.</summary>
    ReadCommitted,

    /// <summary>All: the reads prove nothing about the fate of a transaction.</summary>
    ReadUncommitted,
}
