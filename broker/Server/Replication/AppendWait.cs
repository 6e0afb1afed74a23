namespace Deterministic.Server.Replication;

/// <summary>One append that waits: whose, and which offset must be reached. <paramref name="Round"/> tells a reused waiter's appends apart.</summary>
internal readonly record struct AppendWait(long RequiredOffset, IAppendWaiter Waiter, int Item, int Round);
