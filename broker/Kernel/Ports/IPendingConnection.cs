namespace Deterministic.Kernel.Ports;

/// <summary>A connection that was accepted and has no home yet.</summary>
public interface IPendingConnection
{
    /// <summary>Address and port of the other side, for logs and quotas.</summary>
    string RemoteAddress { get; }

    /// <summary>Opens it on the shard that calls, which is its home from now on.</summary>
    INetworkStream Open();

    /// <summary>Closes it without a word.</summary>
    void Refuse();
}
