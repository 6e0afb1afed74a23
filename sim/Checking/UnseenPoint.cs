namespace Deterministic.Checking;

/// <summary>Acknowledged but unread records at one moment (nanoseconds); a point of a plot.</summary>
public readonly record struct UnseenPoint(long TimeNs, int Records);
