namespace Deterministic.Simulator.Networks;

/// <summary>Bytes of a stream under way: up to which position, when they left and when they arrive (microseconds of world time); an end carries no bytes.</summary>
internal readonly record struct Segment(long EndPosition, long SentAtUs, long ArriveAtUs, bool IsEnd);
