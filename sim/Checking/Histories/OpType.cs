namespace Deterministic.Checking.Histories;

/// <summary>What is known about an operation; part of an <see cref="Op"/>.</summary>
public enum OpType
{
    /// <summary>It was started.</summary>
    Invoke,

    /// <summary>It happened, for certain.</summary>
    Ok,

    /// <summary>It did not happen, for certain.</summary>
    Fail,

    /// <summary>It may have happened, may still happen, or never will: a timeout, a lost connection, a crash.</summary>
    Info,
}
