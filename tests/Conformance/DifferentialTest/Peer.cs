using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>One of the two brokers: a connection to it, and the names of what it gave out. Lives for the whole run.</summary>
internal sealed class Peer(string name, string host, int port) : IDisposable
{
    private readonly GivenNames _names = new();
    private TcpClient? _client;
    private int _correlationId;

    public string Name => name;

    public async Task<Outcome> AskAsync(Step step)
    {
        byte[] frame;
        try
        {
            frame = step.Frame(++_correlationId, _names.Resolve);
        }
        catch (Exception unknown) when (unknown is FormatException or InvalidOperationException)
        {
            return new Outcome($"a name was never given: {unknown.Message}", null);
        }

        try
        {
            var stream = await ConnectAsync();
            await stream.WriteAsync(frame);
            using var late = new CancellationTokenSource(step.WaitMs);
            var body = await ReceiveAsync(stream, step, late.Token);
            _names.Keep(step, body);
            return Outcome.Answer(body);
        }
        catch (OperationCanceledException)
        {
            Drop();
            return Outcome.Nothing;
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            Drop();
            return Outcome.Closed;
        }
    }

    /// <summary>Whether it still takes connections.</summary>
    public async Task<bool> IsAliveAsync()
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(host, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => Drop();

    private async Task<JsonObject> ReceiveAsync(NetworkStream stream, Step step, CancellationToken late)
    {
        var size = new byte[4];
        await stream.ReadExactlyAsync(size, late);
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await stream.ReadExactlyAsync(answer, late);
        return BinaryPrimitives.ReadInt32BigEndian(answer) == _correlationId
            ? BodyReader.ReadAnswer(step, answer.AsMemory(4))
            : new JsonObject { ["_unreadable"] = "another correlation id" };
    }

    private async Task<NetworkStream> ConnectAsync()
    {
        if (_client is null)
        {
            _client = new TcpClient { NoDelay = true };
            await _client.ConnectAsync(host, port);
        }

        return _client.GetStream();
    }

    private void Drop()
    {
        _client?.Dispose();
        _client = null;
    }
}
