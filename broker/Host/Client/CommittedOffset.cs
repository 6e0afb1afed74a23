namespace Deterministic.Host.Client;

/// <summary>An offset that a group committed; the leader epoch is null where the member did not tell it.</summary>
internal readonly record struct CommittedOffset(long Offset, int? LeaderEpoch);
