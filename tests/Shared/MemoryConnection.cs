using System.Diagnostics.CodeAnalysis;
using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>A connection as the client holds it. What is sent arrives when the server runs next; what the server sent lies in <see cref="Received"/>.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The server's end is the server's to dispose.")]
public sealed class MemoryConnection
{
    private readonly List<byte> _received = [];
    private readonly MemoryStreamEnd _server;

    internal MemoryConnection(string address)
    {
        Address = address;
        _server = new MemoryStreamEnd(this);
    }

    /// <summary>The client's address and port.</summary>
    public string Address { get; }

    /// <summary>What the server sent and the test has not taken.</summary>
    public IReadOnlyList<byte> Received => _received;

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
        var bytes = Peek(count);
        _received.RemoveRange(0, count);
        _server.OnRoom();
        return bytes;
    }

    /// <summary>Forgets what was received.</summary>
    public void Drop()
    {
        _received.Clear();
        _server.OnRoom();
    }

    /// <summary>The first bytes of <see cref="Received"/>, left where they are.</summary>
    public byte[] Peek(int count) => _received.GetRange(0, count).ToArray();

    internal void Deliver(ReadOnlySpan<byte> bytes) => _received.AddRange(bytes);

    internal INetworkStream OpenServerSide() => _server;

    internal void OnServerClosed() => IsClosed = true;
}
