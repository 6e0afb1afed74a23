namespace Deterministic.Simulator.Networks;

/// <summary>What goes wrong in a network: windows that begin here and end when they are healed. Owned by its <see cref="SimNetwork"/>.</summary>
public sealed class NetworkFaults
{
    private readonly SimNetwork _network;

    internal NetworkFaults(SimNetwork network) => _network = network;

    internal bool Admits(NetworkCard card, SimListener listener) => listener.Waiting < _network.Settings.Backlog;
}
