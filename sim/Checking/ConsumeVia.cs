namespace Deterministic.Checking;

/// <summary>How consumers get their logs; part of <see cref="CheckOptions"/>.</summary>
[Flags]
public enum ConsumeVia
{
    None = 0,

    /// <summary>They say which logs they read: no record may be skipped or repeated between polls.</summary>
    Assign = 1,

    /// <summary>The group tells them: a rebalance may skip and repeat.</summary>
    Subscribe = 2,
}
