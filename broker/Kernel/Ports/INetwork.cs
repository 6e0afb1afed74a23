namespace Deterministic.Kernel.Ports;

/// <summary>
/// The network as one shard sees it: what it awaits here resumes on that shard. Host implements it with the sockets of
/// the operating system, the simulator with streams whose delays and breaks it chooses.
/// </summary>
public interface INetwork
{
    /// <summary>Listens on an address of this machine; port 0 takes a free one.</summary>
    /// <exception cref="NetworkException">The address is not ours, taken, or not allowed; the message says which.</exception>
    IListener Listen(string host, int port);

    /// <summary>Opens a stream to another node.</summary>
    /// <exception cref="NetworkException">Nobody answers there, or the name is unknown.</exception>
    ValueTask<INetworkStream> ConnectAsync(string host, int port);
}
