using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Networks;

/// <summary>The network as one simulated process sees it. Lives as long as the process.</summary>
internal sealed class ProcessNetwork(NetworkCard card, SimProcess process) : INetwork
{
    /// <inheritdoc/>
    public IListener Listen(string host, int port)
    {
        process.CheckAlive();
        if (!IsOwn(host) && host is not ("" or "0.0.0.0" or "::"))
        {
            throw new NetworkException($"cannot listen on {host}:{port}: this machine is {card.Name}");
        }

        return card.Listen(process, port);
    }

    /// <inheritdoc/>
    public ValueTask<INetworkStream> ConnectAsync(string host, int port)
    {
        card.Network.Before(process, card.Network.ConnectPoint);
        var target = IsOwn(host) ? card : card.Network.Find(host);
        return target is null
            ? ValueTask.FromException<INetworkStream>(new NetworkException($"the host name {host} cannot be resolved: no node has it"))
            : new Connecting(card, target, port, process, Shard.Current).Start();
    }

    private bool IsOwn(string host) => host == card.Name || host is "localhost" or "127.0.0.1";
}
