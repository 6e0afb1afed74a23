namespace Deterministic.Checking.Facts;

/// <summary>A polled record with the facts about its value.</summary>
internal readonly record struct ReadRecord(long Offset, ValueFacts Value);
