namespace Deterministic.Runner.Running;

/// <summary>What is said of a seed.</summary>
internal enum Verdict
{
    /// <summary>Nothing was found.</summary>
    Ok,

    /// <summary>Something was seen that must never be.</summary>
    Fail,

    /// <summary>The simulator itself threw: nothing is known of the broker, and that is no success.</summary>
    Error,
}
