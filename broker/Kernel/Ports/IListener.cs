namespace Deterministic.Kernel.Ports;

/// <summary>A listening address. Owned by the shard that opened it; closed at shutdown.</summary>
public interface IListener : IDisposable
{
    /// <summary>The port it listens on (the one taken, if 0 was asked for).</summary>
    int Port { get; }

    /// <summary>The next connection of a client. Throws <see cref="NetworkException"/> once the listener is closed.</summary>
    ValueTask<IPendingConnection> AcceptAsync();
}
