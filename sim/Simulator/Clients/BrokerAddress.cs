namespace Deterministic.Simulator.Clients;

/// <summary>Where a broker listens.</summary>
public readonly record struct BrokerAddress(string Host, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Host}:{Port}";
}
