namespace Deterministic.Host.Sockets;

/// <summary>How sockets are set up. Immutable.</summary>
public sealed record NetworkOptions
{
    /// <summary>The value of a buffer size that leaves it to the operating system.</summary>
    public const int BytesOfSystem = -1;

    /// <summary>Kernel send buffer (<c>socket.send.buffer.bytes</c>).</summary>
    public int SendBufferBytes { get; init; } = BytesOfSystem;

    /// <summary>Kernel receive buffer (<c>socket.receive.buffer.bytes</c>).</summary>
    public int ReceiveBufferBytes { get; init; } = BytesOfSystem;

    /// <summary>Connections that wait to be accepted (<c>socket.listen.backlog.size</c>); the kernel may allow fewer.</summary>
    public int ListenBacklog { get; init; } = 512;

    /// <summary>How long <c>ConnectAsync</c> waits for each address of a name.</summary>
    public int ConnectTimeoutMs { get; init; } = 10_000;

    /// <summary>Told, on a shard's thread, what an operator should know, as when the process is out of file descriptors.</summary>
    public Action<string>? Warn { get; init; }
}
