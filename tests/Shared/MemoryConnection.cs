using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>A connection as the client holds it. What is sent arrives when the server runs next; what the server sent lies in <see cref="Received"/>.</summary>
public sealed class MemoryConnection
{
    private readonly MemoryStreamEnd _server;

    internal MemoryConnection(string address)
    {
        Address = address;
        _server = new MemoryStreamEnd(this);
    }

    /// <summary>The client's address and port.</summary>
    public string Address { get; }

    /// <summary>What the server sent and the test has not taken.</summary>
    public List<byte> Received { get; } = [];

    /// <summary>Whether the server closed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Bytes the client takes before the server's sends wait; <see cref="Take"/> makes room.</summary>
    public int WindowBytes { get; set; } = int.MaxValue;

    /// <summary>System calls of the server's that sent bytes.</summary>
    public int SendCalls { get; internal set; }

    /// <summary>How many of them sent from a file.</summary>
    public int FileSendCalls { get; internal set; }

    /// <summary>Sends bytes.</summary>
    public void Send(ReadOnlySpan<byte> bytes) => _server.Arrive(bytes);

    /// <summary>Sends no more; may still receive.</summary>
    public void EndSending() => _server.End();

    /// <summary>Breaks the connection.</summary>
    public void Break() => _server.Break();

    /// <summary>Takes bytes out of <see cref="Received"/>.</summary>
    public byte[] Take(int count)
    {
        var bytes = Received[..count].ToArray();
        Received.RemoveRange(0, count);
        _server.OnRoom();
        return bytes;
    }

    internal INetworkStream OpenServerSide() => _server;

    internal void OnServerClosed() => IsClosed = true;
}
