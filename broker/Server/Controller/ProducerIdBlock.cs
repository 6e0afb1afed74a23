namespace Deterministic.Server.Controller;

/// <summary>Producer ids that a broker may give out: <paramref name="Count"/> of them from <paramref name="FirstProducerId"/> on.</summary>
public readonly record struct ProducerIdBlock(long FirstProducerId, int Count);
